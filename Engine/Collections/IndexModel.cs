using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>The model in a collection's folder, <c>model</c>: that which made its embeddings, and no other.</summary>
internal static class IndexModel
{
    /// <summary>Begins a collection in an existing folder, with a copy of the model that is to embed its documents.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="embedder">The model.</param>
    /// <param name="codes">Bits a number that embeddings are kept in too, or null for none.</param>
    /// <exception cref="QEngineException">
    /// As for <see cref="CollectionWriter.Create(string, int, Similarity, string, CodeBits?)"/>.
    /// </exception>
    public static CollectionWriter Begin(string folder, SentenceEmbedder embedder, CodeBits? codes)
    {
        CollectionWriter writer = CollectionWriter.Create(
            folder, embedder.Dimension, embedder.Similarity, embedder.Model.Head.PaperName, codes, ModelFingerprint.Compute(embedder));
        try
        {
            ModelFolder.Save(embedder, PathIn(folder));
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Loads the model of a collection.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="manifest">What the collection says of it.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">It is missing, malformed, or another than that the documents were embedded by.</exception>
    public static SentenceEmbedder Load(string folder, CollectionManifest manifest, WorkerPool workers)
    {
        string path = PathIn(folder);
        SentenceEmbedder embedder = ModelFolder.Load(path, workers);
        Require(manifest, embedder, FileErrors.Name(path));
        return embedder;
    }

    /// <summary>Where the model is.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, CollectionFolder.ModelName);

    /// <summary>Requires a model to be that of a collection.</summary>
    /// <param name="manifest">What the collection says of it.</param>
    /// <param name="embedder">The model.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="QEngineException">It is another.</exception>
    public static void Require(CollectionManifest manifest, SentenceEmbedder embedder, string name)
    {
        if (embedder.Dimension != manifest.Dimension || embedder.Similarity != manifest.Similarity)
            throw new QEngineException(
                $"expected a model of dimension {manifest.Dimension} compared by {CollectionManifest.NameOf(manifest.Similarity)} "
                + $"as {CollectionManifest.FileName} says, "
                + $"found dimension {embedder.Dimension} and {CollectionManifest.NameOf(embedder.Similarity)} in {name}");
        if (manifest.Fingerprint is null || ModelFingerprint.Compute(embedder) is not { } found || found == manifest.Fingerprint) return;
        throw new QEngineException(
            $"expected the model {manifest.Model} that the documents were embedded by, of fingerprint {manifest.Fingerprint}, "
            + $"found {embedder.Model.Head.PaperName} of fingerprint {found} in {name}");
    }
}
