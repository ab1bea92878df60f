using System.Diagnostics;
using System.Globalization;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Searching;

/// <summary>Searches for all queries of a file, batch by batch, with progress, and stops when interrupted.</summary>
internal sealed class QueryFile
{
    // Enough for one reading of the index to serve many queries; few enough for their hits to fit in memory.
    private const int MaxQueries = 1024, MaxHits = 1 << 22;

    private readonly List<IdText> _queries = [];

    /// <summary>Reads queries.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="forRun">Whether a run is made of them, which cannot hold every id.</param>
    /// <exception cref="QEngineException">They are malformed, there is none, or an id occurs twice or does not fit.</exception>
    public QueryFile(TextSource queries, bool forRun)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (IdText query in queries.Read())
        {
            if (!seen.Add(query.Id)) throw TextFile.Repeated(query.Id, seen.Count + 1, queries.Name);
            if (forRun) RunIds.Require("query", query.Id, queries.Name);
            _queries.Add(query);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _queries.Count;

    /// <summary>Searches.</summary>
    /// <param name="search">How.</param>
    /// <param name="top">Documents wanted for a query.</param>
    /// <param name="progress">Where progress is shown.</param>
    /// <param name="take">Receives each query with its hits, in the order of the file.</param>
    /// <returns>The time it took to find the hits, embedding the queries included.</returns>
    public TimeSpan Search(IndexSearch search, int top, ProgressReporter progress, Action<IdText, IReadOnlyList<SearchHit>> take)
    {
        int batch = Math.Clamp(MaxHits / top, 1, MaxQueries);
        Stopwatch total = Stopwatch.StartNew();
        TimeSpan time = TimeSpan.Zero;
        for (int first = 0; first < Count; first += batch)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            List<IdText> part = _queries.GetRange(first, Math.Min(batch, Count - first));
            Stopwatch clock = Stopwatch.StartNew();
            IReadOnlyList<IReadOnlyList<SearchHit>> hits = search.Find(part, top);
            time += clock.Elapsed;
            for (int i = 0; i < part.Count; i++) take(part[i], hits[i]);
            int done = first + part.Count;
            string rate = (done / time.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture);
            progress.Report("searching", (double)done / Count, total.Elapsed, $"{done}/{Count}, {rate} queries/s");
        }
        return time;
    }
}
