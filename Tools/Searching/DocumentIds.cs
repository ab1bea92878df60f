using QEngine.Collections;
using QEngine.Retrieval;

namespace QEngine.Tools.Searching;

/// <summary>The ids of documents that were found; each is read once.</summary>
/// <param name="collection">What is searched.</param>
internal sealed class DocumentIds(Collection collection)
{
    private readonly Dictionary<int, string> _ids = [];

    /// <summary>A document's id.</summary>
    /// <param name="document">Its number.</param>
    public string this[int document]
    {
        get
        {
            if (!_ids.TryGetValue(document, out string? id)) _ids.Add(document, id = collection.Id(document));
            return id;
        }
    }

    /// <summary>Hits without the document of an id.</summary>
    /// <param name="hits">The hits, best first.</param>
    /// <param name="id">The id.</param>
    /// <param name="top">The most that are kept.</param>
    public Hit[] Without(IEnumerable<Hit> hits, string id, int top) => [.. hits.Where(hit => this[hit.Index] != id).Take(top)];
}
