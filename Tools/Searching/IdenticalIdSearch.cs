using QEngine.Retrieval;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Searching;

/// <summary>A search that does not find the document with the query's own id; as many others are found as without it.</summary>
/// <param name="index">The index.</param>
/// <param name="search">Who searches.</param>
internal sealed class IdenticalIdSearch(IndexFolder index, ISearch search) : ISearch
{
    private readonly DocumentIds _ids = new(index.Collection);

    /// <inheritdoc/>
    public string ScoreName => search.ScoreName;

    /// <inheritdoc/>
    public Hit[][] Find(IReadOnlyList<IdText> queries, int top)
    {
        Hit[][] hits = search.Find(queries, (int)Math.Min(top + 1L, int.MaxValue));
        for (int i = 0; i < hits.Length; i++) hits[i] = _ids.Without(hits[i], queries[i].Id, top);
        return hits;
    }
}
