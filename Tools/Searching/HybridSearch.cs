using QEngine.Retrieval;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Searching;

/// <summary>Searches an index by its model and by BM25 over its texts, which is built for it in memory.</summary>
internal sealed class HybridSearch : ISearch
{
    private readonly ISearch _model;
    private readonly Fusion _fusion;
    private readonly DocumentIds? _ids;

    // The documents' numbers in the collection, ascending, by their places in BM25's index.
    private readonly int[] _indices;
    private readonly Bm25Searcher? _words;

    /// <summary>Builds BM25's index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="model">How it is searched by its model.</param>
    /// <param name="settings">BM25's parameters.</param>
    /// <param name="fusion">How rankings become one.</param>
    /// <param name="name">What the fusion is called.</param>
    /// <param name="ignoreIdenticalIds">Whether both leave out the document with the query's id, which would shift the ranks and scores of
    /// the others.</param>
    public HybridSearch(IndexFolder index, ModelSearch model, Bm25Settings settings, Fusion fusion, string name, bool ignoreIdenticalIds)
    {
        (_model, _fusion, ScoreName) = (ignoreIdenticalIds ? new IdenticalIdSearch(index, model) : model, fusion, name);
        _ids = ignoreIdenticalIds ? new DocumentIds(index.Collection) : null;
        _indices = [.. index.Collection.Indices()];
        _words = _indices.Length > 0
            ? settings.Index(_indices.Select(document => index.Collection.Document(document).Text)).CreateSearcher()
            : null;
    }

    /// <inheritdoc/>
    public string ScoreName { get; }

    /// <inheritdoc/>
    public Hit[][] Find(IReadOnlyList<IdText> queries, int top)
    {
        int depth = Math.Max(top, HybridOptions.Depth);
        Hit[][] hits = _model.Find(queries, depth);
        for (int i = 0; i < hits.Length; i++)
        {
            hits[i] = _fusion.Fuse(hits[i], Words(queries[i], depth), top);
        }
        return hits;
    }

    private Hit[] Words(IdText query, int depth)
    {
        if (_words is null) return [];
        int found = _ids is null ? depth : (int)Math.Min(depth + 1L, int.MaxValue);
        Hit[] hits = Array.ConvertAll(_words.Search(query.Text, found).ToArray(), hit => hit with { Index = _indices[hit.Index] });
        return _ids?.Without(hits, query.Id, depth) ?? hits;
    }
}
