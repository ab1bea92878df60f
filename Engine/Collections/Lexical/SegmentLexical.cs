using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>What a segment says of the words of its documents, <c>lexical.bin</c>: an inverted index in parts.</summary>
/// <param name="Parts">Sizes of the parts, one after another; none where no document has a word, and there is no file then.</param>
/// <param name="Checksums">Checksums of the file.</param>
internal sealed record SegmentLexical(IReadOnlyList<LexicalPartLayout> Parts, BlockChecksums Checksums)
{
    public const string FileName = "lexical.bin";

    /// <summary>That of a segment without a word.</summary>
    public static readonly SegmentLexical None = new([], new BlockChecksums(0, []));

    /// <summary>Maps the file, or gives null with a warning where it is damaged: words are read with the texts then.</summary>
    /// <param name="folder">The segment's folder.</param>
    /// <param name="warnings">Receives a line for every damaged block.</param>
    /// <exception cref="QEngineException">It is missing or of another length.</exception>
    public LexicalFile? Open(string folder, List<string> warnings)
    {
        if (Parts.Count == 0) return LexicalFile.Empty;
        RandomAccessFile file = RandomAccessFile.Open(Path.Combine(folder, FileName));
        try
        {
            IReadOnlyList<int> damaged = Checksums.Damaged(BlockChecksums.Compute(file));
            foreach (int block in damaged) warnings.Add($"{BlockChecksums.Damage(block, file.Path)}: words are read with the texts");
            if (damaged.Count == 0) return LexicalFile.Map(file, Parts);
            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the members of an object, unless there are no words.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Parts.Count == 0) return;
        json.WriteStartObject("lexical"u8);
        json.WriteStartArray("parts"u8);
        foreach (LexicalPartLayout part in Parts) part.Write(json);
        json.WriteEndArray();
        SegmentFile.Write(json, Checksums);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="node">The object.</param>
    /// <param name="documents">Documents of the segment.</param>
    /// <exception cref="QEngineException">It contradicts itself.</exception>
    public static SegmentLexical Read(JsonCursor node, int documents)
    {
        List<LexicalPartLayout> parts = [];
        long rows = 0, bytes = 0;
        foreach (JsonCursor part in node.Required("parts").Elements())
        {
            parts.Add(LexicalPartLayout.Read(part));
            rows += parts[^1].Documents;
            bytes += parts[^1].Length;
        }
        BlockChecksums checksums = SegmentFile.Checksums(node);
        return rows == documents && bytes == checksums.Length
            ? new SegmentLexical(parts, checksums)
            : throw new QEngineException(
                $"expected lexical parts of {documents} documents in {checksums.Length} bytes, "
                + $"found {rows} documents in {bytes} bytes in {node.Path}");
    }
}
