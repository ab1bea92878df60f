using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Workers;

namespace QEngine.Tools.Indexing;

/// <summary>
/// A searchable collection in a folder: <c>index.json</c>, <c>embeddings.npy</c> [documents, k], <c>documents.jsonl</c> and the
/// <c>model</c> that embedded them.
/// </summary>
internal sealed class IndexFolder
{
    private const string ManifestName = "index.json", EmbeddingsName = "embeddings.npy", DocumentsName = "documents.jsonl", ModelName = "model";

    private static readonly HashSet<string> Known = new(ModelFolder.Names, StringComparer.Ordinal) { ManifestName, EmbeddingsName, DocumentsName, ModelName };

    private IndexFolder(IndexManifest manifest, SentenceEmbedder embedder, EmbeddingIndex index, IdText[] documents) =>
        (Manifest, Embedder, Index, Documents) = (manifest, embedder, index, documents);

    /// <summary>What the folder holds.</summary>
    public IndexManifest Manifest { get; }

    /// <summary>The model.</summary>
    public SentenceEmbedder Embedder { get; }

    /// <summary>The embeddings.</summary>
    public EmbeddingIndex Index { get; }

    /// <summary>The texts, in the order of the embeddings.</summary>
    public IReadOnlyList<IdText> Documents { get; }

    /// <summary>Checks, before long work starts, that an index can be written to a folder.</summary>
    public static void RequireWritable(string folder)
    {
        ModelFolder.RequireOwnReadme(folder);
        AtomicFolder.Require(folder, Known);
    }

    /// <summary>Embeds a file of texts, with the model's prompt for documents, and writes the folder; it appears whole or not at all.</summary>
    /// <param name="folder">The folder; an older index there is replaced, anything else is not.</param>
    /// <param name="embedder">The model.</param>
    /// <param name="input">The texts, each id once.</param>
    /// <param name="progress">Where progress is shown.</param>
    /// <exception cref="QEngineException">The texts are malformed, or the folder cannot be written.</exception>
    public static BatchEmbedder.Result Create(string folder, SentenceEmbedder embedder, string input, ProgressReporter progress)
    {
        RequireWritable(folder);
        long count = DistinctIds.Count(input);
        if (count > Array.MaxLength) throw new QEngineException($"expected at most {Array.MaxLength} documents, found {count} in {input}");
        BatchEmbedder.Result result = default;
        AtomicFolder.Write(folder, Known, target =>
        {
            ModelFolder.Save(embedder, Path.Combine(target, ModelName));
            using (NpyWriter embeddings = NpyWriter.Create(Path.Combine(target, EmbeddingsName), embedder.Dimension))
            using (AtomicFile file = AtomicFile.Create(Path.Combine(target, DocumentsName)))
            using (DocumentWriter documents = new(file))
            {
                result = new BatchEmbedder(progress, embedder, prompt: embedder.Prompts.Document).Run(TextFile.Read(input), count, "documents", (rows, values) =>
                {
                    embeddings.Write(values);
                    foreach (IdText row in rows) documents.Write(row);
                });
                embeddings.Complete();
                file.Commit();
            }
            new IndexManifest((int)result.Texts, embedder.Dimension, embedder.Similarity, embedder.Model.Head.PaperName).Write(Path.Combine(target, ManifestName));
        });
        return result;
    }

    /// <summary>Loads a folder and checks its files against each other.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">A file is missing, malformed, or does not fit the others.</exception>
    public static IndexFolder Load(string folder, WorkerPool workers)
    {
        IndexManifest manifest = IndexManifest.Read(Path.Combine(folder, ManifestName));
        SentenceEmbedder embedder = ModelFolder.Load(Path.Combine(folder, ModelName), workers);
        if (embedder.Dimension != manifest.Dimension || embedder.Similarity != manifest.Similarity)
        {
            throw new QEngineException(
                $"expected a model of dimension {manifest.Dimension} compared by {IndexManifest.NameOf(manifest.Similarity)} as {ManifestName} says, "
                + $"found dimension {embedder.Dimension} and {IndexManifest.NameOf(embedder.Similarity)} in {Path.Combine(folder, ModelName)}");
        }

        string path = Path.Combine(folder, EmbeddingsName);
        NpyArray embeddings = NpyFile.Read(path);
        if (embeddings.Shape.Length != 2 || embeddings.Rows != manifest.Count || embeddings.Columns != manifest.Dimension)
        {
            throw new QEngineException(
                $"expected {manifest.Count} embeddings of {manifest.Dimension} numbers as {ManifestName} says, found {embeddings.Rows} of {embeddings.Columns} in {path}");
        }
        embeddings.RequireFinite();

        path = Path.Combine(folder, DocumentsName);
        IdText[] documents = [.. IdTextFile.Read(path)];
        if (documents.Length != manifest.Count)
            throw new QEngineException($"expected {manifest.Count} documents as {ManifestName} says, found {documents.Length} in {path}");
        return new IndexFolder(manifest, embedder, new EmbeddingIndex(manifest.Similarity, manifest.Dimension, embeddings.Data, workers), documents);
    }
}
