using System.Buffers.Binary;
using System.Security.Cryptography;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Sharding;

/// <summary>
/// A shard's lines of a file of texts: those whose first byte lies in its part of the file's bytes, so that every line is in one shard.
/// </summary>
internal sealed class InputRange
{
    private const int ReadAtOnce = 1 << 20, SampleBlocks = 256, SampleBytes = 4096;

    private readonly string _path;
    private readonly IdTextFormat _format;
    private readonly LineRange _lines;

    private InputRange(string path, IdTextFormat format, LineRange lines, ShardInput input) =>
        (_path, _format, _lines, Input) = (path, format, lines, input);

    /// <summary>What tells it from the range of another file or shard.</summary>
    public ShardInput Input { get; }

    /// <summary>The texts, perhaps none.</summary>
    public TextSource Texts => new(_lines.First == 0 ? _path : $"{_path} from byte {_lines.First} on", Read) { Documents = Documents };

    /// <summary>Finds the lines, and reads them once.</summary>
    /// <param name="file">The file.</param>
    /// <param name="format">How it is read where its name does not tell; null to look.</param>
    /// <param name="shard">Which part of it.</param>
    /// <exception cref="UsageException">It is a stream.</exception>
    /// <exception cref="QEngineException">It cannot be read, is empty, or cannot be cut.</exception>
    public static InputRange Cut(InputFile file, IdTextFormat? format, Shard shard)
    {
        if (file.IsStream)
            throw new UsageException($"expected a file with --shard, found {file.Name}, which can be read only once");
        string path = file.File;
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            throw new QEngineException($"expected texts that can be cut anywhere with --shard, found a compressed file: {path}");
        IdTextFormat known = IdTextFile.FormatOf(path) ?? format ?? IdTextFile.Detect(path);
        if (known == IdTextFormat.Json)
            throw new QEngineException($"expected texts in lines with --shard, found one JSON object: {path}");
        using RandomAccessFile input = RandomAccessFile.Open(path);
        if (input.Length == 0) throw new QEngineException($"expected texts, found an empty file: {path}");
        long first = LineFrom(input, shard.Index, shard.Count), end = LineFrom(input, shard.Index + 1, shard.Count);
        // Lines of .txt are called by their numbers.
        long before = known == IdTextFormat.Txt ? CountLines(input, first) : 0;
        return new InputRange(
            path, known, new LineRange(first, end, before),
            new ShardInput(input.Length, Sample(input), first, end, Hash(input, first, end)));
    }

    private IEnumerable<IdText> Read()
    {
        foreach (IdText text in IdTextFile.Read(_path, _format, _lines))
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            yield return text;
        }
    }

    private IEnumerable<Document> Documents(LeftOutMembers leftOut)
    {
        foreach (Document document in DocumentFile.Read(_path, _format, leftOut, _lines))
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            yield return document;
        }
    }

    /// <summary>The first start of a line at or behind a share of the bytes; the length where there is none.</summary>
    private static long LineFrom(RandomAccessFile file, int share, int shares)
    {
        long at = (long)((Int128)file.Length * share / shares), start = file.Length;
        if (at == 0) return 0;
        // A newline right before it ends the line before it.
        Visit(file, at - 1, file.Length, (position, bytes) =>
        {
            int newline = bytes.IndexOf((byte)'\n');
            if (newline >= 0) start = position + newline + 1;
            return newline < 0;
        });
        return start;
    }

    private static long CountLines(RandomAccessFile file, long end)
    {
        long lines = 0;
        Visit(file, 0, end, (_, bytes) =>
        {
            lines += bytes.Count((byte)'\n');
            return true;
        });
        return lines;
    }

    private static string Hash(RandomAccessFile file, long first, long end)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Visit(file, first, end, (_, bytes) =>
        {
            hash.AppendData(bytes);
            return true;
        });
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A hash of the length and of blocks all over the file, which no shard reads as a whole.</summary>
    private static string Sample(RandomAccessFile file)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] bytes = new byte[SampleBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, file.Length);
        hash.AppendData(bytes, 0, sizeof(long));
        for (int block = 0; block < SampleBlocks; block++)
        {
            long start = (long)((Int128)Math.Max(0, file.Length - SampleBytes) * block / (SampleBlocks - 1));
            int count = (int)Math.Min(SampleBytes, file.Length - start);
            file.Read(start, bytes.AsSpan(0, count));
            hash.AppendData(bytes, 0, count);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private delegate bool Visitor(long position, ReadOnlySpan<byte> bytes);

    /// <summary>Reads bytes of a file in order, until there is no more or the visitor wants no more.</summary>
    private static void Visit(RandomAccessFile file, long first, long end, Visitor visit)
    {
        byte[] buffer = new byte[(int)Math.Min(ReadAtOnce, end - first)];
        for (long at = first; at < end;)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at));
            file.Read(at, bytes);
            if (!visit(at, bytes)) return;
            at += bytes.Length;
        }
    }
}

/// <summary>What a shard read.</summary>
/// <param name="Bytes">Bytes of the whole file.</param>
/// <param name="Sample">A hash of its length and of blocks all over it.</param>
/// <param name="First">The shard's first byte.</param>
/// <param name="End">The byte behind its last.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
internal sealed record ShardInput(long Bytes, string Sample, long First, long End, string Hash);
