using QEngine.Retrieval;

namespace QEngine.Tools.Searching;

/// <summary>A way to search an index.</summary>
internal interface ISearch
{
    /// <summary>What a table and a run call the scores: fidelity (scores are ln F), cosine, or the name of a fusion.</summary>
    string ScoreName { get; }

    /// <summary>The best documents for each of some queries.</summary>
    /// <param name="queries">Ids and texts.</param>
    /// <param name="top">The most documents wanted for a query, at least 1.</param>
    /// <returns>For each query its hits, best first; an index is a document's number in the collection.</returns>
    Hit[][] Find(IReadOnlyList<IdText> queries, int top);
}
