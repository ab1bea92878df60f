using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Sharding;

/// <summary>
/// Shards of a NumPy file of embeddings: each is a folder beside the file, with its rows, their ids and its record, that appears as a
/// whole.
/// </summary>
internal static class EmbeddedShards
{
    private const string VectorsName = "embeddings.npy", IdsName = "ids.txt", RecordName = "shard.json";

    /// <summary>Embeds a shard, unless it is there.</summary>
    /// <param name="output">The file that all shards are to become.</param>
    /// <param name="shard">Which one.</param>
    /// <param name="input">What it embeds.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="settings">What else the rows depend on.</param>
    /// <param name="embed">Embeds texts, of a number that was counted, into rows.</param>
    /// <param name="session">Progress.</param>
    /// <exception cref="QEngineException">The texts are malformed, or the folder cannot be written.</exception>
    public static ShardResult Write(
        string output, Shard shard, InputRange input, int width, IReadOnlyList<(string Name, string Value)> settings,
        Func<TextSource, long, BatchEmbedder.Consumer, BatchEmbedder.Result> embed, Session session)
    {
        string folder = FolderOf(output, shard);
        AtomicFolder.Require(folder, IsKnown);
        RequireSameNumber(output, shard);
        string path = Path.Combine(folder, RecordName);
        if (File.Exists(path))
        {
            ShardRecord found = ShardRecord.Read(path, shard);
            bool isSame = found.IsOf(input.Input, settings) && HasChecksums(found);
            if (isSame && IsSound(folder, found)) return ShardResult.Kept(folder, found, session);
            string why = isSame ? "damaged" : "of another input, model, option or version";
            session.Progress.Line($"shard {shard}: what is there is {why}, and is written again");
        }
        long count = input.Texts.Count();
        BatchEmbedder.Result result = default;
        ShardRecord? record = null;
        AtomicFolder.Write(folder, IsKnown, target =>
        {
            using NpyWriter vectors = NpyWriter.Create(Path.Combine(target, VectorsName), width);
            IdLines.Write(Path.Combine(target, IdsName), ids =>
            {
                if (count == 0) return;
                result = embed(input.Texts, count, (rows, embeddings) =>
                {
                    vectors.Write(embeddings);
                    foreach (IdText row in rows) ids.Add(row.Id);
                });
            });
            vectors.Complete();
            record = new ShardRecord(shard, input.Input, settings, count, null)
            {
                Files = [.. new[] { VectorsName, IdsName }.Select(name => (name, BlockChecksums.Compute(Path.Combine(target, name))))],
            };
            record.Write(Path.Combine(target, RecordName));
        });
        return ShardResult.Made(folder, record!, result);
    }

    /// <summary>Makes one file of all shards, and deletes them.</summary>
    /// <param name="output">The file.</param>
    /// <param name="ids">A file for the ids too, or null.</param>
    /// <param name="session">Progress.</param>
    /// <returns>Shards, rows and numbers of a row.</returns>
    /// <exception cref="QEngineException">A shard is missing, malformed or of another whole, or the file cannot be written.</exception>
    public static (int Shards, long Rows, int Width) Merge(string output, string? ids, Session session)
    {
        List<ShardRecord> records = Records(output);
        if (ShardRecord.RequireWhole(records, output) is { } warning) session.Progress.Line($"warning: {warning}");
        foreach (ShardRecord record in records) RequireSound(output, record);
        ShardRecord[] parts = [.. records.Where(record => record.Texts > 0)];
        int width = 0;
        long rows = 0;
        NpyWriter? writer = null;
        try
        {
            foreach (ShardRecord part in parts)
            {
                Session.Cancellation.ThrowIfCancellationRequested();
                using MappedFloats mapped = Map(output, part);
                if (writer is null) (writer, width) = (NpyWriter.Create(output, mapped.Columns), mapped.Columns);
                if (mapped.Columns != width || mapped.Rows != part.Texts)
                    throw new QEngineException(
                        $"expected {part.Texts} rows of {width} numbers, found {mapped.Rows} of {mapped.Columns} in "
                        + FolderOf(output, part.Shard));
                writer.Write(mapped.Memory.Span);
                rows += mapped.Rows;
            }
            if (ids is not null) IdLines.Write(ids, all =>
            {
                foreach (ShardRecord part in parts) all.AddAll(Path.Combine(FolderOf(output, part.Shard), IdsName), part.Texts);
            });
            writer!.Complete();
        }
        finally
        {
            writer?.Dispose();
        }
        foreach (ShardRecord record in records) Directory.Delete(FolderOf(output, record.Shard), recursive: true);
        return (records.Count, rows, width);
    }

    // The shards are deleted when they are merged: what is not as it was written must not be all that is left.
    private static void RequireSound(string output, ShardRecord record)
    {
        Session.Cancellation.ThrowIfCancellationRequested();
        string folder = FolderOf(output, record.Shard);
        if (!HasChecksums(record))
            throw new QEngineException($"expected checksums of {VectorsName} and {IdsName}, found others or none in {folder}/{RecordName}");
        if (record.Damage(folder) is { } damage) throw new QEngineException($"expected sound shards, found damage: {damage}");
    }

    // Of its two files and no others: a record may be anybody's.
    private static bool HasChecksums(ShardRecord record) => record.Files.Select(file => file.Name).SequenceEqual([VectorsName, IdsName]);

    // A file that is not there is damage too.
    private static bool IsSound(string folder, ShardRecord record)
    {
        try
        {
            return record.Damage(folder) is null;
        }
        catch (QEngineException)
        {
            return false;
        }
    }

    private static bool IsKnown(string name) =>
        name is VectorsName or IdsName or RecordName || CollectionFolder.IsLeftover(name);

    private static string FolderOf(string output, Shard shard) => $"{output}.{ShardRecord.NameOf(shard)}";

    private static MappedFloats Map(string output, ShardRecord part)
    {
        RandomAccessFile file = RandomAccessFile.Open(Path.Combine(FolderOf(output, part.Shard), VectorsName));
        try
        {
            return MappedFloats.Create(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The shards beside a file, in their order.</summary>
    private static IEnumerable<Shard> Shards(string output)
    {
        string parent = Path.GetDirectoryName(Path.GetFullPath(output))!, prefix = Path.GetFileName(output) + ".";
        if (!Directory.Exists(parent)) yield break;
        foreach (string path in Directory.EnumerateDirectories(parent).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith(prefix, StringComparison.Ordinal) && ShardRecord.ShardOf(name.AsSpan(prefix.Length)) is { } shard)
                yield return shard;
        }
    }

    private static List<ShardRecord> Records(string output) =>
        [.. Shards(output).Select(shard => ShardRecord.Read(Path.Combine(FolderOf(output, shard), RecordName), shard))];

    private static void RequireSameNumber(string output, Shard shard)
    {
        foreach (Shard other in Shards(output))
            if (other.Count != shard.Count)
                throw new QEngineException(
                    $"expected {Plural.Format(shard.Count, "shard")} in all, as {shard} is one, found {other}: {FolderOf(output, other)}");
    }
}
