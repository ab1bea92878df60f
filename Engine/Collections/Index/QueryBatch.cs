using QEngine.Models;
using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>Queries with their embeddings, and what is wanted for each.</summary>
internal sealed class QueryBatch
{
    private readonly IReadOnlyList<SearchQuery> _queries;
    private readonly float[] _embeddings;
    private readonly int _top;
    private readonly SearchOptions _options;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Embeds queries.</summary>
    /// <param name="queries">The queries; these and what follows are <see cref="Require"/>d.</param>
    /// <param name="top">The most documents wanted for each.</param>
    /// <param name="options">How; null for exactly the best by the vectors.</param>
    /// <param name="embedder">The model, or null for none.</param>
    /// <param name="dimension">k.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="QEngineException">There is a text to embed and no model.</exception>
    public QueryBatch(
        IReadOnlyList<SearchQuery> queries, int top, SearchOptions? options, SentenceEmbedder? embedder, int dimension,
        CancellationToken cancellationToken)
    {
        (_queries, _top, _options, _cancellationToken) = (queries, top, options ?? new SearchOptions(), cancellationToken);
        _embeddings = new float[queries.Count * dimension];
        VectorSource source = new(embedder, dimension, embedder?.Prompts.Query, nameof(queries));
        source.Fill(queries, query => (query.Text, query.Vector), _embeddings, counter: null, cancellationToken);
    }

    /// <summary>Checks what a search is asked for.</summary>
    /// <exception cref="ArgumentException">A query is null, top is below 1, or fewer are to be scored than are wanted.</exception>
    public static void Require(IReadOnlyList<SearchQuery> queries, int top, SearchOptions? options)
    {
        QEngine.Require.Items(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        if (options?.Rescored is > 0 and int rescored && rescored < top)
            throw new ArgumentOutOfRangeException(
                nameof(options), rescored, $"expected to score none or at least {top} documents of a query");
    }

    /// <summary>The best documents of each query.</summary>
    public IReadOnlyList<SearchHit>[] Search(IndexSnapshot snapshot)
    {
        Hit[][] hits = snapshot.Search(_queries, _embeddings, _top, _options, _cancellationToken);
        return Array.ConvertAll(
            hits, IReadOnlyList<SearchHit> (found) => SearchHit.From(snapshot.Collection, found, _options.IdsOnly));
    }
}
