using QEngine.Collections;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tools.Pretrained;
using QEngine.Workers;

namespace QEngine.Tools.Serving;

/// <summary>What a server answers with: a model, and perhaps an index that it searches.</summary>
/// <param name="Name">What clients call the model.</param>
/// <param name="Embedder">The model.</param>
/// <param name="Index">The index, owned; null for none.</param>
internal sealed record ServedModel(string Name, SentenceEmbedder Embedder, SearchIndex? Index) : IDisposable
{
    /// <summary>Loads a model, an index that brings one, or an index of vectors and the model that embeds queries for it.</summary>
    /// <param name="model">The model's folder or name; null for the index's.</param>
    /// <param name="index">The index's folder; null for none.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">There is no model, there are two, or model and index do not fit together.</exception>
    public static ServedModel Open(string? model, string? index, WorkerPool workers)
    {
        if (index is null) return new ServedModel(ModelArgument.NameOf(model!), ModelArgument.Load(model!, workers), null);
        SearchIndex opened = SearchIndex.Open(index, workers);
        try
        {
            return new ServedModel(ModelArgument.NameOf(model ?? index), Choose(opened, model, workers), opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Index?.Dispose();

    private static SentenceEmbedder Choose(SearchIndex index, string? model, WorkerPool workers)
    {
        string name = FileErrors.Name(index.Folder);
        if (model is null)
            return index.Embedder ?? throw new QEngineException(
                $"expected --model with an index of vectors alone, to embed queries, found none: {name}");
        if (index.Embedder is not null)
            throw new QEngineException($"expected --model with an index of vectors alone, found an index with its own model: {name}");
        SentenceEmbedder embedder = ModelArgument.Load(model, workers);
        if (embedder.Dimension == index.Dimension && embedder.Similarity == index.Similarity) return embedder;
        throw new QEngineException(
            $"expected a model of {index.Dimension} numbers compared by {CollectionManifest.NameOf(index.Similarity)} "
            + $"as the index has, found {embedder.Dimension} compared by {CollectionManifest.NameOf(embedder.Similarity)}: {model}");
    }
}
