using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace QEngine.Storage;

/// <summary>A JSON value with its place, so that every wrong type is reported with what was expected, found, and where.</summary>
/// <param name="Element">The value.</param>
/// <param name="Place">Its place in the document, for errors.</param>
/// <param name="Path">The file, for errors.</param>
internal readonly record struct JsonCursor(JsonElement Element, string Place, string Path)
{
    // The deepest published file, tokenizer.json, nests six levels.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Parses a document and takes what is wanted from it.</summary>
    /// <param name="content">The document, valid UTF-8 without a byte order mark.</param>
    /// <param name="path">The file's name for errors, fit for a line.</param>
    /// <param name="read">Reads from the root; nothing of the document may be kept.</param>
    /// <exception cref="QEngineException">
    /// It is no JSON, nests too deep, names a member of an object twice, or <paramref name="read"/> refuses it.
    /// </exception>
    public static TResult Read<TResult>(ReadOnlyMemory<byte> content, string path, Func<JsonCursor, TResult> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content, Options);
            RequireDistinctNames(document.RootElement, path);
            return read(new JsonCursor(document.RootElement, "the document", path));
        }
        catch (JsonException failure)
        {
            throw new QEngineException(
                $"expected JSON nested at most {Options.MaxDepth} levels, "
                + $"found a fault at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine} of {path}", failure);
        }
        catch (InvalidOperationException failure)
        {
            // The reader's answer to an escaped half of a surrogate pair, which is no Unicode character.
            throw new QEngineException($"expected Unicode text in every string, found an unpaired surrogate in {path}", failure);
        }
    }

    /// <summary>A member that must be there and not null.</summary>
    public JsonCursor Required(string name) => Optional(name)
        ?? throw new QEngineException($"expected the member \"{name}\" in {Place}, found none in {Path}");

    /// <summary>A member, or null where it is absent or null.</summary>
    public JsonCursor? Optional(string name)
    {
        Expect(JsonValueKind.Object);
        return Element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new JsonCursor(value, name, Path)
            : null;
    }

    /// <summary>The value for a message: on one line, without spaces, cut after 120 characters.</summary>
    public string Shown
    {
        get
        {
            ArrayBufferWriter<byte> buffer = new();
            using (Utf8JsonWriter json = new(buffer, Compact)) Element.WriteTo(json);
            return Printable.Short(Encoding.UTF8.GetString(buffer.WrittenSpan));
        }
    }

    /// <summary>All members of an object, in the file's order.</summary>
    public IEnumerable<(string Name, JsonCursor Value)> Members()
    {
        Expect(JsonValueKind.Object);
        foreach (JsonProperty member in Element.EnumerateObject())
        {
            yield return (member.Name, new JsonCursor(member.Value, Place, Path));
        }
    }

    /// <summary>All elements of an array.</summary>
    public IEnumerable<JsonCursor> Elements()
    {
        Expect(JsonValueKind.Array);
        foreach (JsonElement element in Element.EnumerateArray()) yield return new JsonCursor(element, Place, Path);
    }

    /// <summary>The value as text.</summary>
    public string Text()
    {
        Expect(JsonValueKind.String);
        return Element.GetString()!;
    }

    /// <summary>The value as a whole number of at least <paramref name="minimum"/>.</summary>
    public int Integer(int minimum)
    {
        Expect(JsonValueKind.Number);
        return Element.TryGetInt32(out int value) && value >= minimum
            ? value
            : throw new QEngineException(
                $"expected a whole number from {minimum} to {int.MaxValue} for {Place}, "
                + $"found {Printable.Short(Element.GetRawText())} in {Path}");
    }

    /// <summary>A true or false member, or <paramref name="absent"/> where it is absent or null.</summary>
    public bool Flag(string name, bool absent)
    {
        if (Optional(name) is not JsonCursor node) return absent;
        return node.Element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind kind => throw new QEngineException($"expected true or false for {name}, found {kind} in {Path}"),
        };
    }

    /// <summary>Requires every member to be a known one, where the reference refuses others too.</summary>
    /// <param name="supported">Members that are read, or do not matter.</param>
    /// <param name="refused">Members that are refused elsewhere where they say something.</param>
    public void RequireKnown(ReadOnlySpan<string> supported, params ReadOnlySpan<string> refused)
    {
        foreach ((string name, JsonCursor member) in Members())
        {
            if (supported.IndexOf(name) < 0 && refused.IndexOf(name) < 0)
                throw new QEngineException(
                    $"expected only the members {string.Join(", ", supported)}, found {Printable.Quote(name)} of {member.Shown} in {Path}");
        }
    }

    // Readers differ in which of two they take, so a file could be one thing here and another elsewhere.
    private static void RequireDistinctNames(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray()) RequireDistinctNames(item, path);
        }
        if (element.ValueKind != JsonValueKind.Object) return;
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!names.Add(member.Name))
                throw new QEngineException($"expected every name of an object once, found {Printable.Quote(member.Name)} twice in {path}");
            RequireDistinctNames(member.Value, path);
        }
    }

    private void Expect(JsonValueKind kind)
    {
        if (Element.ValueKind != kind) throw new QEngineException($"expected {kind} for {Place}, found {Element.ValueKind} in {Path}");
    }
}
