using Microsoft.Extensions.AI;
using QEngine.Collections;
using QEngine.Retrieval;

namespace QEngine.Hosting;

/// <summary>A search of a collection, checked before it begins.</summary>
internal sealed class RecordSearch
{
    private readonly string? _text, _keywords;
    private readonly ReadOnlyMemory<float> _embedding;
    private readonly int _top, _skip;
    private readonly double? _threshold;
    private readonly MetadataFilter? _filter;

    /// <summary>Takes what is searched for.</summary>
    /// <param name="value">A text or an embedding.</param>
    /// <param name="keywords">The words of a hybrid search; null for a search by vectors alone.</param>
    /// <param name="top">The most results wanted.</param>
    /// <param name="skip">How many of the best are left out.</param>
    /// <param name="threshold">The least score; null for none.</param>
    /// <param name="filter">What may be found; null for all.</param>
    /// <exception cref="NotSupportedException">The value is something else.</exception>
    public RecordSearch(object? value, string? keywords, int top, int skip, double? threshold, MetadataFilter? filter)
    {
        ArgumentNullException.ThrowIfNull(value, "searchValue");
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        (_keywords, _top, _skip, _threshold, _filter) = (keywords, top, skip, threshold, filter);
        _text = value as string;
        _embedding = value switch
        {
            string => default,
            float[] embedding => embedding,
            ReadOnlyMemory<float> embedding => embedding,
            Embedding<float> embedding => embedding.Vector,
            _ => throw new NotSupportedException(
                $"expected to search for a string, float[], ReadOnlyMemory<float> or Embedding<float>, found {value.GetType()}"),
        };
    }

    /// <summary>Searches an index.</summary>
    /// <returns>The hits with the scores that the store's users see, best first.</returns>
    /// <exception cref="ArgumentException">The embedding is of another length, or a number of it is not finite.</exception>
    public IEnumerable<(SearchHit Hit, double Score)> Run(SearchIndex index, CancellationToken cancellationToken)
    {
        if (_text is null) RequireGiven(index.Dimension);
        int wanted = (int)Math.Min(int.MaxValue, Math.Max(1, Math.Min((long)_skip + _top, index.Count)));
        SearchOptions options = new() { Filter = _filter, Hybrid = _keywords is null ? null : new ReciprocalRankFusion() };
        SearchQuery query = new(_keywords ?? _text ?? "") { Vector = Vector(index) };
        IReadOnlyList<SearchHit> hits = index.SearchAll([query], wanted, options, cancellationToken)[0];
        bool isLogarithm = _keywords is null && index.Similarity.IsFidelity();
        for (int i = _skip; i < hits.Count; i++)
        {
            double score = isLogarithm ? Math.Exp(hits[i].Score) : hits[i].Score;
            if (score >= (_threshold ?? double.NegativeInfinity)) yield return (hits[i], score);
        }
    }

    // Of a hybrid search the text that is embedded may be other words than those that are searched for.
    private ReadOnlyMemory<float> Vector(SearchIndex index) => _text is null
        ? _embedding
        : _keywords is null || index.Embedder is not { } embedder ? default : embedder.Embed(_text, embedder.Prompts.Query);

    private void RequireGiven(int dimension)
    {
        if (_embedding.Length != dimension)
            throw new ArgumentException($"expected an embedding of {dimension} numbers, found {_embedding.Length}", "searchValue");
        foreach (float number in _embedding.Span)
        {
            if (!float.IsFinite(number))
                throw new ArgumentException($"expected an embedding of finite numbers, found {number}", "searchValue");
        }
    }
}
