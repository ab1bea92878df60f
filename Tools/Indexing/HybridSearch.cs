using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tools.Evaluating;

namespace QEngine.Tools.Indexing;

/// <summary>Searches an index by its model and by BM25 over its texts, which are read into memory for it.</summary>
internal sealed class HybridSearch
{
    private readonly IndexFolder _index;
    private readonly Fusion _fusion;
    private readonly string _name;
    private readonly List<IdText> _documents;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Bm25Searcher? _words;

    /// <summary>Builds BM25's index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="settings">BM25's parameters.</param>
    /// <param name="fusion">How rankings become one.</param>
    /// <param name="name">What the fusion is called.</param>
    public HybridSearch(IndexFolder index, Bm25Settings settings, Fusion fusion, string name)
    {
        (_index, _fusion, _name) = (index, fusion, name);
        _documents = [.. index.Collection.Documents()];
        for (int i = 0; i < _documents.Count; i++) _places.Add(_documents[i].Id, i);
        _words = _documents.Count > 0 ? settings.Index(_documents.Select(document => document.Text)).CreateSearcher() : null;
    }

    /// <summary>Searches, with the model's prompt for queries.</summary>
    public SearchResult Find(string query, int top)
    {
        int depth = Math.Max(top, HybridOptions.Depth);
        FoundDocument[] found = _index.Collection.Search(_index.Embedder.Embed(query, _index.Embedder.Prompts.Query), depth)[0];
        Hit[] model = Array.ConvertAll(found, document => new Hit(_places[document.Id], document.Score));
        Hit[] hits = _fusion.Fuse(model, _words is null ? [] : _words.Search(query, depth), top);
        return new SearchResult(_index, query, Array.ConvertAll(hits, hit => new FoundDocument(_documents[hit.Index].Id, _documents[hit.Index].Text, hit.Score)), _name);
    }
}
