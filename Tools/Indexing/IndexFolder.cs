using System.CommandLine.Parsing;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Workers;

namespace QEngine.Tools.Indexing;

/// <summary>A collection with the <c>model</c> that embeds it, in one folder.</summary>
internal sealed class IndexFolder : IDisposable
{
    private const int Attempts = 5;

    private IndexFolder(SentenceEmbedder embedder, Collection collection) => (Embedder, Collection) = (embedder, collection);

    /// <summary>Reads an option that names an index.</summary>
    public static Func<ArgumentResult, InputFolder> Parse { get; } = InputFolder.ParseKnown(CollectionFolder.IsKnown);

    /// <summary>The model.</summary>
    public SentenceEmbedder Embedder { get; }

    /// <summary>The documents.</summary>
    public Collection Collection { get; }

    /// <summary>Checks, before long work starts, that an index can be written to a folder.</summary>
    /// <exception cref="QEngineException">
    /// It holds something else, cannot be written, or somebody is writing the older index in it.
    /// </exception>
    public static void RequireWritable(string folder) => CollectionFolder.Require(folder);

    /// <summary>Embeds texts, with the model's prompt for documents, and writes the folder; it appears whole or not at all.</summary>
    /// <param name="folder">
    /// The folder; an older index there is replaced, and changed by nobody else meanwhile; anything else is not.
    /// </param>
    /// <param name="embedder">The model.</param>
    /// <param name="input">The texts, each id once.</param>
    /// <param name="codes">Bits a number that embeddings are kept in too, or null for none.</param>
    /// <param name="progress">Where progress is shown.</param>
    /// <exception cref="QEngineException">The texts are malformed, or the folder cannot be written.</exception>
    public static BatchEmbedder.Result Create(string folder, SentenceEmbedder embedder, TextSource input, CodeBits? codes,
        ProgressReporter progress)
    {
        RequireWritable(folder);
        long count = DistinctIds.Count(input);
        BatchEmbedder.Result result = default;
        CollectionFolder.Write(folder, target =>
        {
            using CollectionWriter writer = IndexModel.Begin(target, embedder, codes);
            result = Append(writer, embedder, input, count, replace: false, progress);
        });
        return result;
    }

    /// <summary>Embeds texts with the index's own model and appends them.</summary>
    /// <param name="folder">The index.</param>
    /// <param name="input">The texts, each id once.</param>
    /// <param name="replace">Whether older documents of the same ids are replaced; otherwise they are an error.</param>
    /// <param name="session">Threads and progress.</param>
    public static BatchEmbedder.Result Append(string folder, TextSource input, bool replace, Session session)
    {
        long count = DistinctIds.Count(input);
        using CollectionWriter writer = CollectionWriter.Open(folder);
        AtomicFile.Require(Path.Combine(folder, CollectionManifest.FileName));
        using (Collection collection = Collection.Open(folder, session.Workers))
        {
            foreach (string warning in collection.Warnings) session.Progress.Line($"warning: {warning}");
            if (!replace) RequireNew(collection, input);
        }
        return Append(writer, IndexModel.Load(folder, writer.Manifest, session.Workers), input, count, replace, session.Progress);
    }

    /// <summary>
    /// Loads a folder and checks its files against each other. Documents and model are of one index, also where it is replaced meanwhile.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">A file is missing, malformed, or does not fit the others.</exception>
    public static IndexFolder Load(string folder, WorkerPool workers)
    {
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            DateTime before = TimeOfModel(folder);
            IndexFolder opened;
            try
            {
                opened = Open(folder, workers);
            }
            catch (QEngineException) when (attempt < Attempts && TimeOfModel(folder) != before)
            {
                // A part of the old folder was gone, or did not fit one of the new.
                continue;
            }
            if (TimeOfModel(folder) == before) return opened;
            opened.Dispose();
        }
        throw new QEngineException($"expected an index that stays while it is opened, found it replaced {Attempts} times: {folder}");
    }

    /// <summary>Requires, before a run is made of what is found, that it can hold the ids of all documents.</summary>
    /// <exception cref="QEngineException">It cannot hold one, or a document cannot be read.</exception>
    public void RequireRunIds()
    {
        foreach (int document in Collection.Indices())
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            RunIds.Require("document", Collection.Id(document), "the index");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Collection.Dispose();

    private static IndexFolder Open(string folder, WorkerPool workers)
    {
        Collection collection = Collection.Open(folder, workers);
        try
        {
            return new IndexFolder(IndexModel.Load(folder, collection.Manifest, workers), collection);
        }
        catch
        {
            collection.Dispose();
            throw;
        }
    }

    /// <summary>When the model was written: another time after the index was replaced, the same after its documents were changed.</summary>
    private static DateTime TimeOfModel(string folder) => Directory.GetLastWriteTimeUtc(IndexModel.PathIn(folder));

    private static BatchEmbedder.Result Append(CollectionWriter writer, SentenceEmbedder embedder, TextSource input, long count,
        bool replace, ProgressReporter progress)
    {
        // Before hours of embedding rather than in their midst.
        if (count > SegmentWriter.MaxDocuments(embedder.Dimension)) throw SegmentWriter.TooMany(embedder.Dimension, count);
        BatchEmbedder.Result result = default;
        writer.Append(
            segment => result = new BatchEmbedder(progress, embedder, prompt: embedder.Prompts.Document).Run(input.Read(), count,
                "documents", (rows, values) => segment.Add(rows, values)),
            replace,
            embedder.Workers);
        return result;
    }

    /// <summary>Requires, before the embedding rather than after it, that the index has none of the ids.</summary>
    private static void RequireNew(Collection collection, TextSource input)
    {
        List<string> met = [];
        foreach (IdText document in input.Read())
            if (collection.Find(document.Id) is not null) met.Add(document.Id);
        string more = met.Count > 1 ? $" and {met.Count - 1} more" : "";
        if (met.Count > 0) throw new QEngineException($"expected ids that the index does not have, found '{met[0]}'{more}");
    }
}
