using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Sharding;

/// <summary>
/// Shards of an index in one folder: each writes segments of numbers of its own, and then its record; without a manifest they are no
/// index yet.
/// </summary>
internal static class IndexShards
{
    // Numbers of a shard's segments, of which one holds millions of documents.
    private const int SegmentsPerShard = 1000;

    private const string RecordEnding = ".json", LockEnding = ".lock";

    /// <summary>Embeds a shard, unless it is there.</summary>
    /// <param name="folder">The folder of all shards, which is made where there is none.</param>
    /// <param name="shard">Which one.</param>
    /// <param name="input">What it embeds.</param>
    /// <param name="embedder">The model; a copy of it comes with shard 0.</param>
    /// <param name="codes">Bits a number that embeddings are kept in too, or null for none.</param>
    /// <param name="session">Progress.</param>
    /// <exception cref="QEngineException">
    /// The folder holds something else, shards of another number or a merged index, another process writes the shard, the texts are
    /// malformed, or the disk is full.
    /// </exception>
    public static ShardResult Write(
        string folder, Shard shard, InputRange input, SentenceEmbedder embedder, CodeBits? codes, Session session)
    {
        IndexModel.BeginFolder(folder);
        RequireShards(folder, shard);
        using WriterLock shardLock = WriterLock.Take(folder, ShardRecord.NameOf(shard) + LockEnding);
        CollectionManifest none = new(
            embedder.Dimension, embedder.Similarity, embedder.Model.Head.PaperName, codes, (shard.Index * SegmentsPerShard) + 1, [])
        {
            Fingerprint = ModelFingerprint.Compute(embedder),
        };
        (string, string)[] settings = Settings(none, embedder.Prompts.Document);
        string path = Path.Combine(folder, ShardRecord.NameOf(shard) + RecordEnding);
        if (File.Exists(path))
        {
            ShardRecord found = ShardRecord.Read(path, shard);
            if (found.IsOf(input.Input, settings) && AreThere(folder, found.Index!))
                return ShardResult.Kept(folder, found, session);
            session.Progress.Line($"shard {shard}: what is there is of another input, model, option or version, and is written again");
        }
        Clear(folder, shard, path);
        if (shard.Index == 0) ModelFolder.Save(embedder, Path.Combine(folder, CollectionFolder.ModelName));
        (IReadOnlyList<SegmentEntry> segments, BatchEmbedder.Result result) = Embed(folder, none, input.Texts, embedder, session);
        if (segments.Count > SegmentsPerShard)
            throw new QEngineException($"expected at most {SegmentsPerShard} segments of a shard, found {segments.Count}: use more shards");
        CollectionManifest index = none with { Segments = segments, NextSegment = none.NextSegment + segments.Count };
        ShardRecord record = new(shard, input.Input, settings, result.Texts, index);
        record.Write(path);
        return ShardResult.Made(folder, record, result);
    }

    /// <summary>Makes an index of all shards of a folder, which stay where they are: one manifest is written.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="session">Threads and progress.</param>
    /// <returns>How many shards they were.</returns>
    /// <exception cref="QEngineException">
    /// A shard is missing, being written, damaged or of another whole, an id is in two, or the disk is full.
    /// </exception>
    public static int Merge(string folder, Session session)
    {
        IReadOnlyList<ShardRecord> records = Records(folder);
        // Merged, and killed before all that shards alone need was deleted.
        if (File.Exists(CollectionManifest.PathIn(folder)) && records.Count > 0) return DeleteRecords(folder, records[0].Shard.Count);
        if (ShardRecord.RequireWhole(records, folder) is { } warning) session.Progress.Line($"warning: {warning}");
        List<WriterLock> locks = [];
        try
        {
            foreach (ShardRecord record in records) locks.Add(WriterLock.Take(folder, ShardRecord.NameOf(record.Shard) + LockEnding));
            using WriterLock writerLock = WriterLock.Take(folder);
            CollectionManifest whole = Whole(records);
            IndexModel.Load(folder, whole, session.Workers);
            using (Collection collection = CollectionOpening.Open(folder, whole, session.Workers, null))
                RequireSound(collection, records);
            whole.Write(folder);
        }
        finally
        {
            foreach (WriterLock shardLock in locks) shardLock.Dispose();
        }
        return DeleteRecords(folder, records.Count);
    }

    private static (string, string)[] Settings(CollectionManifest manifest, string prompt) =>
    [
        ("model", manifest.Fingerprint!), ("head", manifest.Model), ("prompt", prompt),
        ("similarity", CollectionManifest.NameOf(manifest.Similarity)), ("dimension", $"{manifest.Dimension}"),
        ("codes", manifest.Codes is { } bits ? $"{(int)bits}" : "none"),
    ];

    private static (IReadOnlyList<SegmentEntry> Segments, BatchEmbedder.Result Result) Embed(
        string folder, CollectionManifest none, TextSource texts, SentenceEmbedder embedder, Session session)
    {
        long count = DistinctIds.Count(texts);
        EmbeddingReporter shown = new(session.Progress, "embedding documents", "texts", count);
        if (count == 0) return ([], shown.Result);
        using NewSegments target = new(folder, none, SegmentLimits.For(none.Dimension), embedder.Workers, Session.Cancellation);
        VectorSource vectors = new(embedder, none.Dimension, embedder.Prompts.Document, nameof(texts));
        LeftOutMembers leftOut = new();
        DocumentEmbedder.Add(vectors, IndexFolder.Documents(texts, count, leftOut), target, shown, Session.Cancellation);
        IndexFolder.TellLeftOut(session.Progress, leftOut);
        return (target.Complete(), shown.Result);
    }

    /// <summary>Requires a folder of nothing but shards of the same number.</summary>
    private static void RequireShards(string folder, Shard shard)
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(folder))
        {
            string name = Path.GetFileName(path);
            if (name == CollectionManifest.FileName)
                throw new QEngineException($"expected a folder of shards, found an index, merged or made in one run: {folder}");
            bool isOwn = SegmentEntry.IsName(name) || CollectionFolder.IsLeftover(name) || name == WriterLock.FileName
                || name.Split('.')[0] == CollectionFolder.ModelName;
            if (isOwn) continue;
            if (ShardOf(name) is not { } other)
                throw new QEngineException(
                    $"expected a new or empty folder, or shards of an index, found {Printable.Quote(name)} in {folder}");
            if (other.Count != shard.Count)
                throw new QEngineException(
                    $"expected {Plural.Format(shard.Count, "shard")} in all, as {shard} is one, found {other} in {folder}");
        }
    }

    private static Shard? ShardOf(string name) => Path.GetExtension(name) is RecordEnding or LockEnding
        ? ShardRecord.ShardOf(Path.GetFileNameWithoutExtension(name.AsSpan()))
        : null;

    /// <summary>Deletes what an earlier run of a shard left, finished or killed.</summary>
    private static void Clear(string folder, Shard shard, string record)
    {
        try
        {
            File.Delete(record);
            foreach (string path in Directory.EnumerateDirectories(folder))
            {
                string name = Path.GetFileName(path);
                bool isSegment = SegmentEntry.TryNumber(name, out int number) && (number - 1) / SegmentsPerShard == shard.Index;
                bool isModel = shard.Index == 0 && name.StartsWith(CollectionFolder.ModelName + ".", StringComparison.Ordinal);
                if (isSegment || isModel) Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
    }

    private static bool AreThere(string folder, CollectionManifest manifest)
    {
        try
        {
            return manifest.Segments.All(entry => SegmentFile.ChecksumOf(Path.Combine(folder, entry.Name)) == entry.Checksum);
        }
        catch (QEngineException)
        {
            return false;
        }
    }

    private static List<ShardRecord> Records(string folder)
    {
        if (!Directory.Exists(folder)) throw new QEngineException($"expected a folder of shards, found no such folder: {folder}");
        List<ShardRecord> records = [];
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(path) != RecordEnding || ShardOf(Path.GetFileName(path)) is not { } shard) continue;
            ShardRecord record = ShardRecord.Read(path, shard);
            if (record.Index is null) throw new QEngineException($"expected a shard of an index, found one of vectors alone: {path}");
            records.Add(record);
        }
        return records;
    }

    private static CollectionManifest Whole(IReadOnlyList<ShardRecord> records)
    {
        List<SegmentEntry> segments = [];
        foreach (ShardRecord record in records)
        {
            foreach (SegmentEntry segment in record.Index!.Segments)
            {
                if ((segment.Number - 1) / SegmentsPerShard != record.Shard.Index)
                    throw new QEngineException($"expected segments of shard {record.Shard}, found {segment.Name} in its record");
                segments.Add(segment);
            }
        }
        return records[0].Index! with { Segments = segments, NextSegment = segments[^1].Number + 1 };
    }

    private static void RequireSound(Collection collection, IReadOnlyList<ShardRecord> records)
    {
        if (collection.Warnings.Count > 0) throw new QEngineException($"expected sound shards, found damage: {collection.Warnings[0]}");
        if (SharedIds.Find(collection.Segments) is not var (id, first, second)) return;
        throw new QEngineException(
            $"expected each id once, found '{Printable.OneLine(id)}' in shard {Of(first)} and in shard {Of(second)}");

        Shard Of(int segment) => records[(collection.Segments[segment].Entry.Number - 1) / SegmentsPerShard].Shard;
    }

    /// <summary>Deletes what shards have beside their segments.</summary>
    private static int DeleteRecords(string folder, int shards)
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder))
                if (ShardOf(Path.GetFileName(path)) is not null) File.Delete(path);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
        return shards;
    }
}
