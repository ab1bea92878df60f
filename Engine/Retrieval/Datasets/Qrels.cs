namespace QEngine.Retrieval;

/// <summary>Relevance judgements: for each query the grades of its judged documents.</summary>
/// <remarks>
/// A grade of 1 or more is relevant, more is better; 0 and below are judged and not relevant. An unjudged document counts as not relevant.
/// </remarks>
public sealed class Qrels
{
    private static readonly Dictionary<string, int> Nothing = [];

    private readonly Dictionary<string, Dictionary<string, int>> _grades = new(StringComparer.Ordinal);
    private readonly List<string> _queryIds = [];

    /// <summary>The ids of the queries with a judgement, in the order in which they first occurred.</summary>
    public IReadOnlyList<string> QueryIds => _queryIds;

    /// <summary>The judged documents of a query and their grades.</summary>
    /// <param name="queryId">The query's id.</param>
    /// <returns>Document id to grade; empty for a query without judgements.</returns>
    public IReadOnlyDictionary<string, int> Judged(string queryId)
    {
        ArgumentNullException.ThrowIfNull(queryId);
        return _grades.GetValueOrDefault(queryId, Nothing);
    }

    /// <summary>Adds a judgement.</summary>
    /// <param name="queryId">The query's id.</param>
    /// <param name="documentId">The document's id.</param>
    /// <param name="grade">The grade.</param>
    /// <exception cref="QEngineException">The pair was judged before.</exception>
    public void Add(string queryId, string documentId, int grade)
    {
        ArgumentNullException.ThrowIfNull(queryId);
        ArgumentNullException.ThrowIfNull(documentId);
        if (!TryAdd(queryId, documentId, grade))
            throw new QEngineException($"qrels: expected one judgement a pair, found query '{queryId}' and document '{documentId}' twice");
    }

    /// <summary>Adds a judgement unless the pair has one.</summary>
    /// <param name="queryId">The query's id.</param>
    /// <param name="documentId">The document's id.</param>
    /// <param name="grade">The grade.</param>
    /// <returns>False where the pair was judged before.</returns>
    internal bool TryAdd(string queryId, string documentId, int grade)
    {
        if (!_grades.TryGetValue(queryId, out Dictionary<string, int>? judged))
        {
            judged = new Dictionary<string, int>(StringComparer.Ordinal);
            _grades.Add(queryId, judged);
            _queryIds.Add(queryId);
        }
        return judged.TryAdd(documentId, grade);
    }
}
