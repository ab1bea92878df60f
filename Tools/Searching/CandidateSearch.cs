using QEngine.Retrieval;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Searching;

/// <summary>Ranks another engine's candidates, by query id, with the index's exact scores.</summary>
internal sealed class CandidateSearch : ISearch
{
    private readonly IndexFolder _index;
    private readonly ModelSearch _model;
    private readonly Candidates _candidates;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>Finds the candidates in the index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="model">What embeds queries.</param>
    /// <param name="candidates">The candidates.</param>
    public CandidateSearch(IndexFolder index, ModelSearch model, Candidates candidates)
    {
        (_index, _model, _candidates) = (index, model, candidates);
        HashSet<string> wanted = candidates.PassagesOf(candidates.QueryIds);
        foreach (string id in wanted)
            if (index.Collection.Find(id) is { } document) _places.Add(id, document);
        Missing = wanted.Count - _places.Count;
    }

    /// <summary>Documents among the candidates that the index does not have; they are left out.</summary>
    public int Missing { get; }

    /// <inheritdoc/>
    public string ScoreName => _model.ScoreName;

    /// <inheritdoc/>
    public Hit[][] Find(IReadOnlyList<IdText> queries, int top)
    {
        float[] embeddings = _model.Embed(queries);
        int dimension = _index.Embedder.Dimension;
        Hit[][] hits = new Hit[queries.Count][];
        for (int i = 0; i < hits.Length; i++)
        {
            int[] documents = [.. _candidates.PassagesFor(queries[i].Id).Where(_places.ContainsKey).Select(id => _places[id])];
            float[] scores = new float[documents.Length];
            _index.Collection.Score(embeddings.AsSpan(i * dimension, dimension), documents, scores);
            IEnumerable<Hit> scored = documents.Zip(scores, (document, score) => new Hit(document, score));
            hits[i] = [.. scored.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Index).Take(top)];
        }
        return hits;
    }
}
