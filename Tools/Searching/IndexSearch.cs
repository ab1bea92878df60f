using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Searching;

/// <summary>A search of indexes as the options of the command line say.</summary>
/// <param name="index">The indexes, one or more, as one.</param>
/// <param name="options">How it is searched.</param>
internal sealed class IndexSearch(IndexUnion index, SearchOptions options)
{
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);

    /// <summary>What a table and a run call the scores: fidelity (scores are ln F), cosine, or the name of a fusion.</summary>
    public string ScoreName { get; init; } = CollectionManifest.NameOf(index.Similarity);

    /// <summary>Whether the document with a query's own id is left out; as many others are found as without it.</summary>
    public bool IgnoresIdenticalIds { get; init; }

    /// <summary>The documents that are ranked for each query, by its id; null for all.</summary>
    public Candidates? Candidates { get; init; }

    /// <summary>The queries as vectors, by their ids; null where the index's model embeds their texts.</summary>
    public IdVectors? Vectors
    {
        get;
        init
        {
            field = value;
            for (int row = 0; row < value?.Ids.Count; row++) _rows.Add(value.Ids[row], row);
        }
    }

    /// <summary>The best documents for each of some queries.</summary>
    /// <param name="queries">Ids and texts.</param>
    /// <param name="top">The most documents wanted for a query, at least 1.</param>
    /// <returns>For each query its hits, best first.</returns>
    public IReadOnlyList<IReadOnlyList<SearchHit>> Find(IReadOnlyList<IdText> queries, int top) =>
        index.SearchAll([.. queries.Select(Query)], top, options, Session.Cancellation);

    private SearchQuery Query(IdText query) => new(query.Text)
    {
        ExcludedId = IgnoresIdenticalIds ? query.Id : null,
        Candidates = Candidates is null ? null : [.. Candidates.PassagesFor(query.Id)],
        Vector = Vectors is { } vectors ? vectors.Data.AsMemory(_rows[query.Id] * vectors.Columns, vectors.Columns) : default,
    };
}
