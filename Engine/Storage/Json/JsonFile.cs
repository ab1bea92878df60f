using System.Text.Json;

namespace QEngine.Storage;

/// <summary>The small JSON files of a model folder: read strictly and written atomically.</summary>
internal static class JsonFile
{
    // No published one comes near; a document's tree, several times its size, must fit an array.
    private const int MaximumBytes = 1 << 26;

    // Pieces stay readable; only what JSON demands is escaped (the files are no HTML).
    private static readonly JsonWriterOptions WriteOptions =
        new() { Indented = true, NewLine = "\n", Encoder = MinimalJsonEncoder.Instance };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Takes what is wanted from the document.</param>
    public static TResult Read<TResult>(string path, Func<JsonCursor, TResult> read) =>
        JsonCursor.Read(Utf8Text.ReadAllBytes(path, MaximumBytes), FileErrors.Name(path), read);

    /// <summary>Reads a file that is open.</summary>
    /// <param name="file">The file.</param>
    /// <param name="read">Takes what is wanted from the document.</param>
    public static TResult Read<TResult>(RandomAccessFile file, Func<JsonCursor, TResult> read) =>
        JsonCursor.Read(Utf8Text.ReadAllBytes(file, MaximumBytes), file.Name, read);

    /// <summary>Writes a file atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the document's one value.</param>
    public static void Write(string path, Action<Utf8JsonWriter> write) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, WriteOptions);
        write(json);
        json.Flush();
        stream.WriteByte((byte)'\n');
    });

    /// <summary>A finite number of a member, or <paramref name="absent"/> where it is absent or null.</summary>
    public static double Number(this JsonCursor node, string name, double absent)
    {
        if (node.Optional(name) is not JsonCursor member) return absent;
        if (member.Element.ValueKind == JsonValueKind.Number && member.Element.TryGetDouble(out double value) && double.IsFinite(value))
            return value;
        throw new QEngineException(
            $"expected a finite number for {name}, found {Printable.Quote(member.Element.GetRawText())} in {node.Path}");
    }

    /// <summary>A member that must be one of the supported values where it is present.</summary>
    public static void RequireText(this JsonCursor node, string name, string supported)
    {
        if (node.Optional(name)?.Text() is string found && found != supported)
            throw new QEngineException(
                $"expected {name} \"{supported}\", found {Printable.Quote(found)}, which is not supported, in {node.Path}");
    }

    /// <summary>A flag that must have the supported value, which is also what its absence means.</summary>
    public static void RequireFlag(this JsonCursor node, string name, bool supported)
    {
        if (node.Flag(name, supported) != supported)
            throw new QEngineException(
                $"expected {name} {Word(supported)}, found {Word(!supported)}, which is not supported, in {node.Path}");
    }

    /// <summary>A member that must be absent, null or empty.</summary>
    public static void RequireNothing(this JsonCursor node, string name)
    {
        if (node.Optional(name) is not { } member) return;
        bool empty = member.Element.ValueKind switch
        {
            JsonValueKind.Object => member.Element.GetPropertyCount() == 0,
            JsonValueKind.Array => member.Element.GetArrayLength() == 0,
            _ => false,
        };
        if (!empty) throw new QEngineException($"expected no {name}, found {member.Shown}, which is not supported, in {node.Path}");
    }

    private static string Word(bool flag) => flag ? "true" : "false";
}
