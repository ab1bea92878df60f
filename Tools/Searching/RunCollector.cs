using QEngine.Collections;
using QEngine.Retrieval;

namespace QEngine.Tools.Searching;

/// <summary>Makes a run of what is found; the id of a document is read once.</summary>
/// <param name="collection">What is searched.</param>
internal sealed class RunCollector(Collection collection)
{
    private readonly DocumentIds _ids = new(collection);

    /// <summary>What was found so far.</summary>
    public Run Run { get; } = new();

    /// <summary>Documents in it, over all queries.</summary>
    public long Hits { get; private set; }

    /// <summary>Adds a query's hits.</summary>
    public void Add(IdText query, Hit[] hits)
    {
        Run.Add(query.Id, new RankedList(hits.Select(hit => new ScoredDocument(_ids[hit.Index], hit.Score))));
        Hits += hits.Length;
    }
}
