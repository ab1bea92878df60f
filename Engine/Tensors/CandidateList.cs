namespace QEngine.Tensors;

/// <summary>
/// Which rows of a batch are queries and which rows each query is scored against. The first candidate of a query is
/// its positive; -1 stands for no candidate.
/// </summary>
public sealed class CandidateList
{
    private int[] _queries = [];
    private int[] _candidates = [];
    private int[] _labels = [];

    /// <summary>Number of queries.</summary>
    public int Queries { get; private set; }

    /// <summary>Candidates per query, absent ones included.</summary>
    public int Width { get; private set; }

    /// <summary>[queries], the row of each query.</summary>
    public ReadOnlyMemory<int> QueryRows => _queries.AsMemory(0, Queries);

    /// <summary>[queries, width], the row of each candidate, or -1.</summary>
    public ReadOnlyMemory<int> CandidateRows => _candidates.AsMemory(0, Queries * Width);

    /// <summary>[queries], zeros: the positive is the first candidate.</summary>
    public ReadOnlyMemory<int> Labels => _labels.AsMemory(0, Queries);

    /// <summary>Starts a list; all candidates are absent.</summary>
    /// <param name="queries">Number of queries.</param>
    /// <param name="width">Candidates per query, at least 1.</param>
    public void Reset(int queries, int width)
    {
        (Queries, Width) = (queries, width);
        if (_queries.Length < queries) (_queries, _labels) = (new int[2 * queries], new int[2 * queries]);
        if (_candidates.Length < queries * width) _candidates = new int[2 * queries * width];
        _candidates.AsSpan(0, queries * width).Fill(-1);
    }

    /// <summary>Sets the row of a query.</summary>
    /// <param name="query">Index of the query.</param>
    /// <param name="row">Its row in the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such query.</exception>
    public void SetQuery(int query, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)query, (uint)Queries, nameof(query));
        _queries[query] = row;
    }

    /// <summary>Sets a candidate.</summary>
    /// <param name="query">Index of the query.</param>
    /// <param name="place">Place among the query's candidates; 0 is the positive.</param>
    /// <param name="row">Its row in the batch, or -1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such query or place.</exception>
    public void SetCandidate(int query, int place, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)query, (uint)Queries, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)place, (uint)Width, nameof(place));
        _candidates[(query * Width) + place] = row;
    }
}
