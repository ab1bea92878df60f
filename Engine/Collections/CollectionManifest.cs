using System.Globalization;
using System.Text.Json;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>A segment as the manifest lists it.</summary>
/// <param name="Number">Its number, never used again.</param>
/// <param name="Documents">Documents in it, deleted ones included.</param>
/// <param name="Deleted">Rows that are deleted, ascending.</param>
/// <param name="Checksum">Checksum of its <c>segment.json</c>, which has those of its other files.</param>
public sealed record SegmentEntry(int Number, int Documents, IReadOnlyList<int> Deleted, uint Checksum)
{
    /// <summary>Name of its folder.</summary>
    public string Name => $"{Prefix}{Number.ToString("D6", CultureInfo.InvariantCulture)}";

    internal const string Prefix = "segment-";
}

/// <summary><c>index.json</c>: what a collection holds.</summary>
/// <param name="Dimension">k, numbers an embedding.</param>
/// <param name="Similarity">How embeddings are compared.</param>
/// <param name="Model">The paper's name of the model.</param>
/// <param name="Codes">Bits a number that new segments have their embeddings in too, or null for none.</param>
/// <param name="NextSegment">Number of the next segment.</param>
/// <param name="Segments">The segments, oldest first.</param>
public sealed record CollectionManifest(int Dimension, Similarity Similarity, string Model, CodeBits? Codes, int NextSegment, IReadOnlyList<SegmentEntry> Segments)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "index.json";

    private const int Format = 3;

    /// <summary>Documents that are not deleted.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (SegmentEntry segment in Segments) count += segment.Documents - segment.Deleted.Count;
            return count;
        }
    }

    /// <summary>Reads the file.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <exception cref="QEngineException">It is missing or malformed, or of another version.</exception>
    public static CollectionManifest Read(string folder) => JsonFile.Read(Path.Combine(folder, FileName), root =>
    {
        int format = root.Required("format").Integer(1);
        if (format != Format) throw new QEngineException($"expected format {Format}, found {format}, of which the index has to be made anew, in {root.Path}");
        List<SegmentEntry> segments = [];
        foreach (Text.JsonNode segment in root.Required("segments").Elements()) segments.Add(Entry(segment, segments));
        int next = root.Required("next_segment").Integer(1);
        if (segments.Count > 0 && next <= segments[^1].Number) throw new QEngineException($"expected next_segment above {segments[^1].Number}, found {next} in {root.Path}");
        return new CollectionManifest(root.Required("dimension").Integer(1), SimilarityOf(root), root.Required("model").Text(), CodesOf(root), next, segments);
    });

    /// <summary>Writes the file, atomically.</summary>
    /// <param name="folder">The collection's folder.</param>
    public void Write(string folder) => JsonFile.Write(Path.Combine(folder, FileName), json =>
    {
        json.WriteStartObject();
        json.WriteNumber("format"u8, Format);
        json.WriteNumber("count"u8, Count);
        json.WriteNumber("dimension"u8, Dimension);
        json.WriteString("similarity"u8, NameOf(Similarity));
        json.WriteString("model"u8, Model);
        json.WriteNumber("codes"u8, Codes is { } bits ? (int)bits : 0);
        json.WriteNumber("next_segment"u8, NextSegment);
        json.WriteStartArray("segments"u8);
        foreach (SegmentEntry segment in Segments) Write(json, segment);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>A similarity's name in files and results.</summary>
    public static string NameOf(Similarity similarity) => similarity == Similarity.Fidelity ? "fidelity" : "cosine";

    private static void Write(Utf8JsonWriter json, SegmentEntry segment)
    {
        json.WriteStartObject();
        json.WriteNumber("number"u8, segment.Number);
        json.WriteNumber("documents"u8, segment.Documents);
        json.WriteString("crc32c"u8, segment.Checksum.ToString("x8", CultureInfo.InvariantCulture));
        json.WriteStartArray("deleted"u8);
        foreach (int row in segment.Deleted) json.WriteNumberValue(row);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static SegmentEntry Entry(Text.JsonNode node, List<SegmentEntry> before)
    {
        int number = node.Required("number").Integer(1), documents = node.Required("documents").Integer(1);
        if (before.Count > 0 && number <= before[^1].Number) throw new QEngineException($"expected segments by ascending number, found {number} after {before[^1].Number} in {node.Path}");
        List<int> deleted = [];
        foreach (Text.JsonNode row in node.Required("deleted").Elements())
        {
            int found = row.Integer(0);
            if (found >= documents || (deleted.Count > 0 && found <= deleted[^1])) throw new QEngineException($"expected deleted rows ascending and below {documents}, found {found} in {node.Path}");
            deleted.Add(found);
        }
        return new SegmentEntry(number, documents, deleted, SegmentFile.Hexadecimal(node.Required("crc32c")));
    }

    private static CodeBits? CodesOf(Text.JsonNode root)
    {
        int found = root.Required("codes").Integer(0);
        if (found != 0 && !Enum.IsDefined((CodeBits)found)) throw new QEngineException($"expected codes of 0, 1, 4 or 8 bits, found {found} in {root.Path}");
        return found == 0 ? null : (CodeBits)found;
    }

    private static Similarity SimilarityOf(Text.JsonNode root)
    {
        string found = root.Required("similarity").Text();
        foreach (Similarity similarity in (ReadOnlySpan<Similarity>)[Similarity.Fidelity, Similarity.Cosine])
            if (NameOf(similarity) == found) return similarity;
        throw new QEngineException($"expected similarity fidelity or cosine, found {Printable.Quote(found)} in {root.Path}");
    }
}
