using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>The model in a collection's folder, <c>model</c>: that which made its embeddings, and no other.</summary>
internal static class IndexModel
{
    /// <summary>What a manifest has in place of a model's name where embeddings came without one.</summary>
    public const string None = "";

    private const int Attempts = 5;

    /// <summary>Makes the folder of an index, where there is none.</summary>
    /// <exception cref="QEngineException">It cannot be made.</exception>
    public static void BeginFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
    }

    /// <summary>Begins a collection in an existing folder, with a copy of the model that is to embed its documents.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="embedder">The model.</param>
    /// <param name="codes">Bits a number that embeddings are kept in too, or null for none.</param>
    /// <exception cref="QEngineException">
    /// As for <see cref="CollectionWriter.Create(string, int, Similarity, string, CodeBits?)"/>.
    /// </exception>
    public static CollectionWriter Begin(string folder, SentenceEmbedder embedder, CodeBits? codes) => CollectionWriter.Create(
        folder, embedder.Dimension, embedder.Similarity, embedder.Model.Head.PaperName, codes, ModelFingerprint.Compute(embedder),
        () => ModelFolder.Save(embedder, PathIn(folder)));

    /// <summary>Opens a collection with its model; both are of one index, also where it is replaced meanwhile.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="loaded">Gives the model of a fingerprint if it is loaded already; null where none is.</param>
    /// <exception cref="QEngineException">A file is missing, malformed, or does not fit the others.</exception>
    public static (Collection Collection, SentenceEmbedder? Embedder) Open(
        string folder, WorkerPool workers, Func<string, SentenceEmbedder?>? loaded = null)
    {
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            // Another time after the index was replaced, the same after its documents were changed.
            DateTime before = TimeOfModel(folder);
            (Collection Collection, SentenceEmbedder? Embedder) opened;
            try
            {
                opened = OpenOnce(folder, workers, loaded);
            }
            catch (QEngineException) when (attempt < Attempts && TimeOfModel(folder) != before)
            {
                // A part of the old folder was gone, or did not fit one of the new.
                continue;
            }
            if (TimeOfModel(folder) == before) return opened;
            opened.Collection.Dispose();
        }
        throw new QEngineException(
            $"expected an index that stays while it is opened, found it replaced {Attempts} times: {FileErrors.Name(folder)}");
    }

    /// <summary>Loads the model of a collection; null where its embeddings came without one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="manifest">What the collection says of it.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="loaded">As above: only the prompts of the folder are read then.</param>
    /// <exception cref="QEngineException">It is missing, malformed, or another than that the documents were embedded by.</exception>
    public static SentenceEmbedder? Load(
        string folder, CollectionManifest manifest, WorkerPool workers, Func<string, SentenceEmbedder?>? loaded = null)
    {
        if (manifest.Model == None) return null;
        string path = PathIn(folder);
        if (manifest.Fingerprint is { } wanted && Directory.Exists(path) && loaded?.Invoke(wanted) is { } known)
            return known.With(ModelFolder.ReadPrompts(path, known), workers);
        SentenceEmbedder embedder = ModelFolder.Load(path, workers);
        if (embedder.Dimension != manifest.Dimension || embedder.Similarity != manifest.Similarity)
            throw new QEngineException(
                $"expected a model of dimension {manifest.Dimension} compared by {CollectionManifest.NameOf(manifest.Similarity)} "
                + $"as {CollectionManifest.FileName} says, "
                + $"found dimension {embedder.Dimension} and {CollectionManifest.NameOf(embedder.Similarity)} in {FileErrors.Name(path)}");
        if (manifest.Fingerprint is null) return embedder;
        string found = ModelFingerprint.Compute(embedder);
        if (found == manifest.Fingerprint) return embedder;
        throw new QEngineException(
            $"expected the model {manifest.Model} that the documents were embedded by, of fingerprint {manifest.Fingerprint}, "
            + $"found {embedder.Model.Head.PaperName} of fingerprint {found} in {FileErrors.Name(path)}");
    }

    private static string PathIn(string folder) => Path.Combine(folder, CollectionFolder.ModelName);

    private static (Collection Collection, SentenceEmbedder? Embedder) OpenOnce(
        string folder, WorkerPool workers, Func<string, SentenceEmbedder?>? loaded)
    {
        Collection collection = Collection.Open(folder, workers);
        try
        {
            return (collection, Load(folder, collection.Manifest, workers, loaded));
        }
        catch
        {
            collection.Dispose();
            throw;
        }
    }

    private static DateTime TimeOfModel(string folder) => Directory.GetLastWriteTimeUtc(PathIn(folder));
}
