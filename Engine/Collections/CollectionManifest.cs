using System.Globalization;
using System.Text.Json;
using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary><c>index.json</c>: what a collection holds; equal to another that says the same.</summary>
internal sealed record CollectionManifest
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "index.json";

    /// <summary>Of older formats an index is made anew.</summary>
    internal const int Format = 5;

    private const int FingerprintDigits = 32;

    internal CollectionManifest(
        int dimension, Similarity similarity, string model, CodeBits? codes, int nextSegment, IReadOnlyList<SegmentEntry> segments) =>
        (Dimension, Similarity, Model, Codes, NextSegment, Segments) = (dimension, similarity, model, codes, nextSegment, segments);

    /// <summary>k, numbers an embedding.</summary>
    public int Dimension { get; }

    /// <summary>How embeddings are compared.</summary>
    public Similarity Similarity { get; }

    /// <summary>The paper's name of the model; empty where the embeddings came without one.</summary>
    public string Model { get; }

    /// <summary>
    /// What tells the model's weights from those of every other, 32 hexadecimal digits; null for vectors of no model that is known here.
    /// </summary>
    public string? Fingerprint { get; internal init; }

    /// <summary>Bits a number that new segments have their embeddings in too, or null for none, as with states always.</summary>
    public CodeBits? Codes { get; internal init => field = Similarity.HasCodes() ? value : null; }

    /// <summary>Number of the next segment.</summary>
    public int NextSegment { get; internal init; }

    /// <summary>The segments, oldest first.</summary>
    public IReadOnlyList<SegmentEntry> Segments { get; internal init; }

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

    /// <summary>Documents, deleted ones that are still stored included.</summary>
    internal long Rows
    {
        get
        {
            long rows = 0;
            foreach (SegmentEntry segment in Segments) rows += segment.Documents;
            return rows;
        }
    }

    /// <summary>Reads the file.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <exception cref="QEngineException">It is missing or malformed, or of another version.</exception>
    public static CollectionManifest Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return JsonFile.Read(PathIn(folder), Read);
    }

    /// <summary>Whether another says the same.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(CollectionManifest? other) =>
        other is not null
        && (Dimension, Similarity, Model, Fingerprint) == (other.Dimension, other.Similarity, other.Model, other.Fingerprint)
        && (Codes, NextSegment) == (other.Codes, other.NextSegment)
        && SegmentEntry.AreEqual(Segments, other.Segments);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Dimension, Similarity, Model, Codes, NextSegment, Segments.Count);

    /// <summary>Where the file is.</summary>
    internal static string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>Whether a folder's file says the same.</summary>
    internal bool IsIn(string folder)
    {
        try
        {
            return Read(folder) == this;
        }
        catch (QEngineException)
        {
            return false;
        }
    }

    /// <summary>The format that a file says it has, which may be an older one: nothing else of it is read.</summary>
    /// <exception cref="QEngineException">It is missing or no such file.</exception>
    internal static int ReadFormat(string folder) => JsonFile.Read(PathIn(folder), FormatOf);

    /// <summary>Writes the file, atomically. Only who holds the <see cref="WriterLock"/> does.</summary>
    /// <param name="folder">The collection's folder.</param>
    internal void Write(string folder) => JsonFile.Write(PathIn(folder), Write);

    /// <summary>Writes the same as a value of another file.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("format"u8, Format);
        json.WriteNumber("count"u8, Count);
        json.WriteNumber("dimension"u8, Dimension);
        json.WriteString("similarity"u8, NameOf(Similarity));
        json.WriteString("model"u8, Model);
        if (Fingerprint is not null) json.WriteString("fingerprint"u8, Fingerprint);
        json.WriteNumber("codes"u8, Codes is { } bits ? (int)bits : 0);
        json.WriteNumber("next_segment"u8, NextSegment);
        json.WriteStartArray("segments"u8);
        foreach (SegmentEntry segment in Segments) Write(json, segment);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A similarity's name in files and results.</summary>
    /// <param name="similarity">The similarity.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such similarity.</exception>
    public static string NameOf(Similarity similarity) => similarity.Name();

    private static void Write(Utf8JsonWriter json, SegmentEntry segment)
    {
        json.WriteStartObject();
        json.WriteNumber("number"u8, segment.Number);
        json.WriteNumber("documents"u8, segment.Documents);
        json.WriteString("crc32c"u8, segment.Checksum.ToString("x8", CultureInfo.InvariantCulture));
        json.WriteBase64String("deleted"u8, RowGaps.Encode(segment.Deleted));
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write(Utf8JsonWriter)"/> wrote.</summary>
    internal static CollectionManifest Read(JsonCursor root)
    {
        int format = FormatOf(root);
        if (format != Format)
            throw new QEngineException(
                $"expected an index of format {Format}, found format {format} in {root.Path}: "
                + $"{(format < Format ? "an older" : "a newer")} version wrote it; "
                + "qengine index --model M --input TEXTS --output DIR makes it anew");
        List<SegmentEntry> segments = [];
        foreach (JsonCursor segment in root.Required("segments").Elements()) segments.Add(Entry(segment, segments));
        int next = root.Required("next_segment").Integer(1);
        if (segments.Count > 0 && next <= segments[^1].Number)
            throw new QEngineException($"expected next_segment above {segments[^1].Number}, found {next} in {root.Path}");
        int dimension = root.Required("dimension").Integer(1);
        Similarity similarity = SimilarityOf(root);
        if (!similarity.Takes(dimension))
            throw new QEngineException($"expected an even dimension for similarity {NameOf(similarity)}, found {dimension} in {root.Path}");
        return new CollectionManifest(dimension, similarity, root.Required("model").Text(), CodesOf(root), next, segments)
        {
            Fingerprint = FingerprintOf(root),
        };
    }

    private static int FormatOf(JsonCursor root) => root.Required("format").Integer(1);

    private static SegmentEntry Entry(JsonCursor node, List<SegmentEntry> before)
    {
        int number = node.Required("number").Integer(1), documents = node.Required("documents").Integer(1);
        if (before.Count > 0 && number <= before[^1].Number)
            throw new QEngineException($"expected segments by ascending number, found {number} after {before[^1].Number} in {node.Path}");
        return new SegmentEntry(number, documents, Deleted(node, documents), SegmentFile.Hexadecimal(node.Required("crc32c")));
    }

    private static List<int> Deleted(JsonCursor node, int documents)
    {
        JsonCursor deleted = node.Required("deleted");
        _ = deleted.Text();
        if (!deleted.Element.TryGetBytesFromBase64(out byte[]? gaps))
            throw new QEngineException($"expected deleted rows in base64, found {deleted.Shown} in {node.Path}");
        return RowGaps.TryDecode(gaps, documents, out List<int> rows)
            ? rows
            : throw new QEngineException($"expected deleted rows ascending and below {documents}, found others in {node.Path}");
    }

    private static string? FingerprintOf(JsonCursor root)
    {
        if (root.Optional("fingerprint")?.Text() is not { } found) return null;
        bool isOne = found.Length == FingerprintDigits;
        foreach (char digit in found) isOne &= char.IsAsciiHexDigitLower(digit);
        return isOne
            ? found
            : throw new QEngineException(
                $"expected a fingerprint of {FingerprintDigits} hexadecimal digits, found {Printable.Quote(found)} in {root.Path}");
    }

    private static CodeBits? CodesOf(JsonCursor root)
    {
        int found = root.Required("codes").Integer(0);
        if (found != 0 && !Enum.IsDefined((CodeBits)found))
            throw new QEngineException($"expected codes of 0, 1, 4 or 8 bits, found {found} in {root.Path}");
        return found == 0 ? null : (CodeBits)found;
    }

    private static Similarity SimilarityOf(JsonCursor root)
    {
        string found = root.Required("similarity").Text();
        foreach (Similarity similarity in Enum.GetValues<Similarity>())
            if (NameOf(similarity) == found) return similarity;
        throw new QEngineException(
            $"expected similarity cosine, fidelity or state-fidelity, found {Printable.Quote(found)} in {root.Path}");
    }
}
