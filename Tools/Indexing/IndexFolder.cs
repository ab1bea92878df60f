using System.CommandLine.Parsing;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;

namespace QEngine.Tools.Indexing;

/// <summary>Indexes made of files of texts, with progress.</summary>
internal static class IndexFolder
{
    /// <summary>Reads an option that names an index.</summary>
    public static Func<ArgumentResult, InputFolder> Parse { get; } = InputFolder.ParseKnown(CollectionFolder.IsKnown);

    /// <summary>Reads an option that names indexes.</summary>
    public static Func<ArgumentResult, InputFolder[]> ParseAll { get; } = InputFolder.ParseAllKnown(CollectionFolder.IsKnown);

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
            using SearchIndex index = SearchIndex.Create(target, embedder, codes, embedder.Workers);
            result = Add(index, input, count, replace: false, progress);
        });
        return result;
    }

    /// <summary>Writes the folder of documents that are vectors already; it appears whole or not at all.</summary>
    /// <param name="folder">The folder, as for texts.</param>
    /// <param name="documents">The documents; their texts are empty.</param>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="codes">Bits a number that they are kept in too, or null for none.</param>
    /// <param name="session">Threads and progress.</param>
    /// <exception cref="QEngineException">The folder cannot be written.</exception>
    public static void Create(string folder, IdVectors documents, Similarity similarity, CodeBits? codes, Session session)
    {
        RequireWritable(folder);
        CollectionFolder.Write(folder, target =>
        {
            using SearchIndex index = SearchIndex.CreateForVectors(target, documents.Columns, similarity, codes, session.Workers);
            Add(index, documents, replace: false, session);
        });
    }

    /// <summary>Appends documents that are vectors already to an index of such.</summary>
    /// <param name="folder">The index.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="replace">Whether older documents of the same ids are replaced; otherwise they are an error.</param>
    /// <param name="session">Threads and progress.</param>
    /// <exception cref="QEngineException">The index has a model or vectors of another width, or an id is there.</exception>
    public static void Append(string folder, IdVectors documents, bool replace, Session session)
    {
        using SearchIndex index = OpenForAppending(folder, session);
        if (index.Embedder is not null)
            throw new QEngineException(
                $"expected an index without a model for --embeddings, found one with a model, which embeds --input: {folder}");
        documents.RequireWidth(index.Dimension);
        Add(index, documents, replace, session);
    }

    /// <summary>Embeds texts with the index's own model and appends them.</summary>
    /// <param name="folder">The index.</param>
    /// <param name="input">The texts, each id once.</param>
    /// <param name="replace">Whether older documents of the same ids are replaced; otherwise they are an error.</param>
    /// <param name="session">Threads and progress.</param>
    public static BatchEmbedder.Result Append(string folder, TextSource input, bool replace, Session session)
    {
        long count = DistinctIds.Count(input);
        using SearchIndex index = OpenForAppending(folder, session);
        _ = RequireModel(index, "--embeddings adds vectors");
        if (!replace) RequireNew(index.Now, input);
        return Add(index, input, count, replace, session.Progress);
    }

    /// <summary>The model of an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="instead">What does without.</param>
    /// <exception cref="QEngineException">There is none: the documents came as vectors.</exception>
    public static SentenceEmbedder RequireModel(SearchIndex index, string instead) => RequireModel(index.Embedder, index.Folder, instead);

    /// <summary>The same for one of several indexes, or the only one.</summary>
    /// <param name="embedder">The model, if there is one.</param>
    /// <param name="folder">The index.</param>
    /// <param name="instead">What does without.</param>
    /// <exception cref="QEngineException">There is none.</exception>
    public static SentenceEmbedder RequireModel(SentenceEmbedder? embedder, string folder, string instead) =>
        embedder ?? throw new QEngineException(
            $"expected an index with a model, to embed texts, found one of vectors alone: {folder}; {instead}");

    /// <summary>Requires, before a run is made of what is found, that it can hold the ids of all documents.</summary>
    /// <exception cref="QEngineException">It cannot hold one, or an id cannot be read.</exception>
    public static void RequireRunIds(Collection collection)
    {
        foreach (int document in collection.Indices())
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            RunIds.Require("document", collection.Id(document), "the index");
        }
    }

    /// <summary>Opens an index for a change that takes long: what refuses the change then is found before it.</summary>
    private static SearchIndex OpenForAppending(string folder, Session session)
    {
        CollectionWriter.Open(folder).Dispose();
        AtomicFile.Require(Path.Combine(folder, CollectionManifest.FileName));
        SearchIndex index = SearchIndex.Open(folder, session.Workers);
        foreach (string warning in index.Warnings) session.Progress.Line($"warning: {warning}");
        return index;
    }

    private static void Add(SearchIndex index, IdVectors documents, bool replace, Session session)
    {
        int count = documents.Ids.Count, columns = documents.Columns;
        IEnumerable<Document> all = documents.Ids.Select(
            (id, row) => new Document(id, "") { Vector = documents.Data.AsMemory(row * columns, columns) });
        EmbeddingReporter shown = new(session.Progress, "adding vectors", "vectors", count);
        index.Add(all, new AddOptions { Replace = replace, Progress = shown }, Session.Cancellation);
    }

    private static BatchEmbedder.Result Add(SearchIndex index, TextSource input, long count, bool replace, ProgressReporter progress)
    {
        EmbeddingReporter shown = new(progress, "embedding documents", "texts", count);
        LeftOutMembers leftOut = new();
        index.Add(Documents(input, count, leftOut), new AddOptions { Replace = replace, Progress = shown }, Session.Cancellation);
        TellLeftOut(progress, leftOut);
        return shown.Result;
    }

    /// <summary>Warns of values that are no metadata, if there were some.</summary>
    internal static void TellLeftOut(ProgressReporter progress, LeftOutMembers leftOut)
    {
        if (leftOut.Count == 0) return;
        progress.Line(
            $"warning: {Plural.Format(leftOut.Count, "value")} of {leftOut.Names()} left out of the metadata: "
            + "lists, objects or too large numbers");
    }

    /// <summary>The texts, as many as at the first look at them.</summary>
    internal static IEnumerable<Document> Documents(TextSource input, long count, LeftOutMembers leftOut)
    {
        long read = 0;
        foreach (Document document in input.Documents(leftOut))
        {
            if (++read > count) throw BatchEmbedder.Changed();
            yield return document;
        }
        if (read < count) throw BatchEmbedder.Changed();
    }

    /// <summary>Requires, before the embedding rather than after it, that the index has none of the ids.</summary>
    private static void RequireNew(Collection collection, TextSource input)
    {
        List<int> met = [];
        foreach (IdText document in input.Read())
            if (collection.Find(document.Id) is { } index) met.Add(index);
        string more = met.Count > 1 ? $" and {met.Count - 1} more" : "";
        // The oldest is named, as by the writer.
        if (met.Count > 0)
            throw new QEngineException($"expected ids that the index does not have, found '{collection.Id(met.Min())}'{more}");
    }
}
