using QEngine.Retrieval;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Searching;

/// <summary>Searches an index by its model and by BM25 over its texts, which is built for it in memory.</summary>
internal sealed class HybridSearch : ISearch
{
    private readonly ModelSearch _model;
    private readonly Fusion _fusion;

    // The documents' numbers in the collection, ascending, by their places in BM25's index.
    private readonly int[] _indices;
    private readonly Bm25Searcher? _words;

    /// <summary>Builds BM25's index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="model">How it is searched by its model.</param>
    /// <param name="settings">BM25's parameters.</param>
    /// <param name="fusion">How rankings become one.</param>
    /// <param name="name">What the fusion is called.</param>
    public HybridSearch(IndexFolder index, ModelSearch model, Bm25Settings settings, Fusion fusion, string name)
    {
        (_model, _fusion, ScoreName) = (model, fusion, name);
        _indices = [.. index.Collection.Indices()];
        _words = _indices.Length > 0 ? settings.Index(_indices.Select(document => index.Collection.Document(document).Text)).CreateSearcher() : null;
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
            Hit[] model = Array.ConvertAll(hits[i], hit => hit with { Index = Array.BinarySearch(_indices, hit.Index) });
            Hit[] fused = _fusion.Fuse(model, _words is null ? [] : _words.Search(queries[i].Text, depth), top);
            hits[i] = Array.ConvertAll(fused, hit => hit with { Index = _indices[hit.Index] });
        }
        return hits;
    }
}
