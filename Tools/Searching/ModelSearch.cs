using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Searching;

/// <summary>Searches an index by its model, with the model's prompt for queries.</summary>
/// <param name="index">The index.</param>
/// <param name="rescored">How many of the nearest by code are scored for a number of documents wanted, 0 for none; null for exact
/// search.</param>
internal sealed class ModelSearch(IndexFolder index, Func<int, int>? rescored) : ISearch
{
    /// <inheritdoc/>
    public string ScoreName => CollectionManifest.NameOf(index.Collection.Manifest.Similarity);

    /// <inheritdoc/>
    public Hit[][] Find(IReadOnlyList<IdText> queries, int top)
    {
        float[] embeddings = Embed(queries);
        return rescored is null ? index.Collection.Search(embeddings, top) : index.Collection.SearchNearest(embeddings, top, rescored(top));
    }

    /// <summary>[queries, k].</summary>
    public float[] Embed(IReadOnlyList<IdText> queries)
    {
        float[] embeddings = new float[queries.Count * index.Embedder.Dimension];
        index.Embedder.Embed(
            [.. queries.Select(query => query.Text)], embeddings, cancellation: Session.Cancellation, prompt: index.Embedder.Prompts.Query);
        return embeddings;
    }
}
