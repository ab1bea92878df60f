using QEngine.Collections;
using QEngine.Retrieval;

namespace QEngine.Tools.Searching;

/// <summary>Makes a run of what is found.</summary>
internal sealed class RunCollector
{
    /// <summary>What was found so far.</summary>
    public Run Run { get; } = new();

    /// <summary>Documents in it, over all queries.</summary>
    public long Hits { get; private set; }

    /// <summary>Adds a query's hits.</summary>
    public void Add(IdText query, IReadOnlyList<SearchHit> hits)
    {
        Run.Add(query.Id, new RankedList(hits.Select(hit => new ScoredDocument(hit.Id, hit.Score))));
        Hits += hits.Count;
    }
}
