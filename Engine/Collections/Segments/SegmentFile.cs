using System.Globalization;
using System.Numerics;
using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary><c>segment.json</c>: sizes and checksums of a segment's files.</summary>
/// <param name="Documents">Documents in it.</param>
/// <param name="Embeddings">Checksums of <c>embeddings.npy</c>.</param>
/// <param name="Texts">Checksums of <c>documents.jsonl</c>.</param>
/// <param name="LinesBefore">
/// Lines of <c>documents.jsonl</c> that end before each of its blocks, so that rows are found behind a damaged block too.
/// </param>
/// <param name="HasMetadata">Whether a document has metadata.</param>
/// <param name="Ids">Checksums of <c>ids.bin</c>.</param>
/// <param name="Codes">Codes of the embeddings, or null.</param>
/// <param name="Lexical">The words of the documents.</param>
internal sealed record SegmentFile(
    int Documents, BlockChecksums Embeddings, BlockChecksums Texts, IReadOnlyList<int> LinesBefore, bool HasMetadata, BlockChecksums Ids,
    SegmentCodes? Codes, SegmentLexical Lexical)
{
    public const string FileName = "segment.json", EmbeddingsName = "embeddings.npy", DocumentsName = "documents.jsonl";

    /// <summary>Names of all files of a segment.</summary>
    public static readonly HashSet<string> Names =
        new(StringComparer.Ordinal)
        {
            FileName, EmbeddingsName, DocumentsName, SegmentIds.FileName, SegmentCodes.FileName, SegmentLexical.FileName,
        };

    /// <summary>Reads the file.</summary>
    /// <param name="folder">The segment's folder.</param>
    /// <param name="entry">What the manifest says of it.</param>
    /// <exception cref="QEngineException">It is missing, malformed, or not what it was when the manifest was written.</exception>
    public static SegmentFile Read(string folder, SegmentEntry entry)
    {
        using RandomAccessFile file = RandomAccessFile.Open(Path.Combine(folder, FileName));
        if (ChecksumOf(file) != entry.Checksum)
            throw new QEngineException($"expected the checksum of {CollectionManifest.FileName}, found another: {file.Name}");
        return JsonFile.Read(file, root =>
        {
            int documents = root.Required("documents").Integer(1);
            if (documents != entry.Documents)
                throw new QEngineException(
                    $"expected a segment of {entry.Documents} documents as {CollectionManifest.FileName} says, "
                    + $"found {documents} in {root.Path}");
            JsonCursor texts = root.Required("texts");
            BlockChecksums checksums = Checksums(texts);
            return new SegmentFile(
                documents, Checksums(root.Required("embeddings")), checksums, LinesOf(texts, documents, checksums.Blocks.Count),
                root.Flag("metadata", false),
                Checksums(root.Required("ids")),
                root.Optional("codes") is { } codes ? SegmentCodes.Read(codes) : null,
                root.Optional("lexical") is { } lexical ? SegmentLexical.Read(lexical, documents) : SegmentLexical.None);
        });
    }

    /// <summary>Checksum of the file itself, which the manifest keeps.</summary>
    /// <param name="folder">The segment's folder.</param>
    public static uint ChecksumOf(string folder)
    {
        using RandomAccessFile file = RandomAccessFile.Open(Path.Combine(folder, FileName));
        return ChecksumOf(file);
    }

    private static uint ChecksumOf(RandomAccessFile file)
    {
        uint all = 0;
        foreach (uint block in BlockChecksums.Compute(file).Blocks) all = BitOperations.Crc32C(all, block);
        return all;
    }

    public void Write(string folder) => JsonFile.Write(Path.Combine(folder, FileName), json =>
    {
        json.WriteStartObject();
        json.WriteNumber("documents"u8, Documents);
        json.WriteNumber("block_bytes"u8, BlockChecksums.BlockBytes);
        json.WriteStartObject("embeddings"u8);
        Write(json, Embeddings);
        json.WriteEndObject();
        json.WriteStartObject("texts"u8);
        Write(json, Texts);
        json.WriteStartArray("lines_before"u8);
        foreach (int line in LinesBefore) json.WriteNumberValue(line);
        json.WriteEndArray();
        json.WriteEndObject();
        if (HasMetadata) json.WriteBoolean("metadata"u8, true);
        json.WriteStartObject("ids"u8);
        Write(json, Ids);
        json.WriteEndObject();
        Codes?.Write(json);
        Lexical.Write(json);
        json.WriteEndObject();
    });

    /// <summary>Writes checksums as members of an object.</summary>
    internal static void Write(Utf8JsonWriter json, BlockChecksums checksums)
    {
        json.WriteNumber("bytes"u8, checksums.Length);
        json.WriteStartArray("crc32c"u8);
        foreach (uint block in checksums.Blocks) json.WriteStringValue(block.ToString("x8", CultureInfo.InvariantCulture));
        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write(Utf8JsonWriter, BlockChecksums)"/> wrote.</summary>
    internal static BlockChecksums Checksums(JsonCursor node)
    {
        if (!node.Required("bytes").Element.TryGetInt64(out long bytes) || bytes < 0)
            throw new QEngineException($"expected bytes as a whole number of at least 0, found something else in {node.Path}");
        List<uint> blocks = [];
        foreach (JsonCursor block in node.Required("crc32c").Elements()) blocks.Add(Hexadecimal(block));
        if (blocks.Count != (bytes + BlockChecksums.BlockBytes - 1) / BlockChecksums.BlockBytes)
            throw new QEngineException(
                $"expected a checksum for every {BlockChecksums.BlockBytes} of {bytes} bytes, found {blocks.Count} in {node.Path}");
        return new BlockChecksums(bytes, blocks);
    }

    /// <summary>A checksum as it is written.</summary>
    internal static uint Hexadecimal(JsonCursor node) =>
        uint.TryParse(node.Text(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
        ? value
        : throw new QEngineException($"expected crc32c as eight hexadecimal digits, found {Printable.Quote(node.Text())} in {node.Path}");

    private static List<int> LinesOf(JsonCursor node, int documents, int blocks)
    {
        List<int> lines = [];
        foreach (JsonCursor line in node.Required("lines_before").Elements())
        {
            int found = line.Integer(0);
            if (found > documents || (lines.Count > 0 && found < lines[^1]))
                throw new QEngineException($"expected lines_before ascending up to {documents}, found {found} in {node.Path}");
            lines.Add(found);
        }
        return lines.Count == blocks
            ? lines
            : throw new QEngineException($"expected lines_before for {blocks} blocks, found {lines.Count} in {node.Path}");
    }
}
