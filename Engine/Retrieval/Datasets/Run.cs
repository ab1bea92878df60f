using System.Diagnostics.CodeAnalysis;

namespace QEngine.Retrieval;

/// <summary>What a retrieval system found: one ranked list a query.</summary>
public sealed class Run
{
    private readonly Dictionary<string, RankedList> _lists = new(StringComparer.Ordinal);
    private readonly List<string> _queryIds = [];

    /// <summary>The queries' ids, in the order in which they were added.</summary>
    public IReadOnlyList<string> QueryIds => _queryIds;

    /// <summary>Adds a query's documents.</summary>
    /// <param name="queryId">The query's id.</param>
    /// <param name="documents">What was found for it, perhaps nothing.</param>
    /// <exception cref="QEngineException">The query was added before.</exception>
    public void Add(string queryId, RankedList documents)
    {
        ArgumentNullException.ThrowIfNull(queryId);
        ArgumentNullException.ThrowIfNull(documents);
        if (!_lists.TryAdd(queryId, documents)) throw new QEngineException($"run: expected each query once, found '{queryId}' twice");
        _queryIds.Add(queryId);
    }

    /// <summary>Finds a query's documents.</summary>
    /// <param name="queryId">The query's id.</param>
    /// <param name="documents">Its ranked documents.</param>
    /// <returns>False where the run lacks the query.</returns>
    public bool TryGet(string queryId, [MaybeNullWhen(false)] out RankedList documents)
    {
        ArgumentNullException.ThrowIfNull(queryId);
        return _lists.TryGetValue(queryId, out documents);
    }
}
