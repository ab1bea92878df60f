using System.Globalization;
using System.Text.Json;
using QEngine.Models;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary><c>segment.json</c>: sizes and checksums of a segment's files.</summary>
/// <param name="Documents">Documents in it.</param>
/// <param name="Embeddings">Checksums of <c>embeddings.npy</c>.</param>
/// <param name="Texts">Checksums of <c>documents.jsonl</c>.</param>
/// <param name="LinesBefore">Lines of <c>documents.jsonl</c> that end before each of its blocks, so that rows are found behind a damaged block too.</param>
internal sealed record SegmentFile(int Documents, BlockChecksums Embeddings, BlockChecksums Texts, IReadOnlyList<int> LinesBefore)
{
    public const string FileName = "segment.json", EmbeddingsName = "embeddings.npy", DocumentsName = "documents.jsonl";

    public static SegmentFile Read(string folder) => JsonFile.Read(Path.Combine(folder, FileName), root =>
    {
        int documents = root.Required("documents").Integer(1);
        (BlockChecksums embeddings, _) = Checksums(root.Required("embeddings"), documents);
        (BlockChecksums texts, List<int> lines) = Checksums(root.Required("texts"), documents);
        if (lines.Count != texts.Blocks.Count) throw new QEngineException($"expected lines_before for {texts.Blocks.Count} blocks, found {lines.Count} in {root.Path}");
        return new SegmentFile(documents, embeddings, texts, lines);
    });

    public void Write(string folder) => JsonFile.Write(Path.Combine(folder, FileName), json =>
    {
        json.WriteStartObject();
        json.WriteNumber("documents"u8, Documents);
        json.WriteNumber("block_bytes"u8, BlockChecksums.BlockBytes);
        Write(json, "embeddings", Embeddings, []);
        Write(json, "texts", Texts, LinesBefore);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, string name, BlockChecksums checksums, IReadOnlyList<int> lines)
    {
        json.WriteStartObject(name);
        json.WriteNumber("bytes"u8, checksums.Length);
        json.WriteStartArray("crc32c"u8);
        foreach (uint block in checksums.Blocks) json.WriteStringValue(block.ToString("x8", CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteStartArray("lines_before"u8);
        foreach (int line in lines) json.WriteNumberValue(line);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static (BlockChecksums Checksums, List<int> LinesBefore) Checksums(Text.JsonNode node, int documents)
    {
        if (!node.Required("bytes").Element.TryGetInt64(out long bytes) || bytes < 0) throw new QEngineException($"expected bytes as a whole number of at least 0, found something else in {node.Path}");
        List<uint> blocks = [];
        foreach (Text.JsonNode block in node.Required("crc32c").Elements())
        {
            blocks.Add(uint.TryParse(block.Text(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
                ? value
                : throw new QEngineException($"expected crc32c as eight hexadecimal digits, found {Printable.Quote(block.Text())} in {node.Path}"));
        }
        if (blocks.Count != (bytes + BlockChecksums.BlockBytes - 1) / BlockChecksums.BlockBytes)
            throw new QEngineException($"expected a checksum for every {BlockChecksums.BlockBytes} of {bytes} bytes, found {blocks.Count} in {node.Path}");
        List<int> lines = [];
        foreach (Text.JsonNode line in node.Required("lines_before").Elements())
        {
            int found = line.Integer(0);
            if (found > documents || (lines.Count > 0 && found < lines[^1])) throw new QEngineException($"expected lines_before ascending up to {documents}, found {found} in {node.Path}");
            lines.Add(found);
        }
        return (new BlockChecksums(bytes, blocks), lines);
    }
}
