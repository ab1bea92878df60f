using System.Globalization;
using System.Text;
using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>A text with its id, one row of a corpus or of a file of queries.</summary>
/// <param name="Id">The id, not empty.</param>
/// <param name="Text">The text, perhaps empty.</param>
internal readonly record struct IdText(string Id, string Text);

/// <summary>
/// Files of texts with ids, UTF-8, by their extension, before which all may have <c>.gz</c>. <c>.tsv</c>, MS MARCO's: id TAB text.
/// <c>.jsonl</c>, BEIR's: a JSON object a line with <c>_id</c> or <c>id</c>, a string or a whole number, <c>text</c>, and perhaps
/// <c>title</c>, which then precedes the text with a space between; or Pyserini's, whose <c>contents</c>, in place of <c>text</c>, are
/// all of the text, a title included. <c>.txt</c>: one text a line, its id the line's number from 0.
/// <c>.json</c>, the paper's: one object of ids, each with its text or with an object that has it as <c>query</c>.
/// Empty lines are texts in <c>.txt</c>, skipped in <c>.jsonl</c>, errors in <c>.tsv</c>.
/// </summary>
internal static class IdTextFile
{
    /// <summary>Reads what a caller wants of a row's JSON object beside id and text.</summary>
    /// <param name="row">The object.</param>
    /// <param name="lines">Where it stands, for errors.</param>
    internal delegate T MemberReader<T>(JsonElement row, Utf8Lines lines);

    private delegate bool LineParser(Utf8Lines lines, out IdText row);

    /// <summary>The members of a row in <c>.jsonl</c> that are its id and its text.</summary>
    public static IReadOnlyList<string> JsonMembers { get; } = ["_id", "id", "text", "title", "contents"];

    /// <summary>Reads a file row by row while it is enumerated, in constant memory. Ids are not compared with each other.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The rows in the order of the file.</returns>
    /// <exception cref="QEngineException">
    /// At once: an unknown extension. While enumerating: a malformed line, invalid UTF-8, an empty or unreadable file; names file and line.
    /// </exception>
    public static IEnumerable<IdText> Read(string path)
    {
        IdTextFormat format = FormatOf(path) ?? throw new QEngineException(
            $"expected a file named .tsv, .jsonl, .json or .txt, perhaps with .gz, found another extension: {Printable.OneLine(path)}");
        return Read(path, format);
    }

    /// <summary>The same for a file of any name.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="format">How it is read; only <c>.gz</c> at the end of its name counts.</param>
    /// <returns>The rows in the order of the file.</returns>
    /// <exception cref="QEngineException">
    /// While enumerating: a malformed line, invalid UTF-8, an empty or unreadable file; names file and line.
    /// </exception>
    public static IEnumerable<IdText> Read(string path, IdTextFormat format)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (format == IdTextFormat.Json) return PaperFile.Texts(path);
        LineParser parse = ParserOf(format)
            ?? throw new ArgumentOutOfRangeException(nameof(format), format, "expected a format that is defined");
        return NotEmpty(path, Rows(() => TextInput.Open(path), parse));
    }

    /// <summary>The rows of some lines of a file, perhaps of none.</summary>
    /// <param name="path">Path of the file, which is not compressed.</param>
    /// <param name="format">How it is read; not <see cref="IdTextFormat.Json"/>, which is no rows.</param>
    /// <param name="range">The lines; of <see cref="IdTextFormat.Txt"/> those before them have been counted.</param>
    /// <exception cref="QEngineException">While enumerating, as for the whole file.</exception>
    public static IEnumerable<IdText> Read(string path, IdTextFormat format, LineRange range)
    {
        ArgumentNullException.ThrowIfNull(path);
        LineParser parse = ParserOf(format) ?? throw new ArgumentOutOfRangeException(nameof(format), format, "expected a format of lines");
        return Rows(() => Utf8Lines.Open(path, range), parse);
    }

    /// <summary>The same with what stands beside id and text, which only <c>.jsonl</c> has.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="path">Path of the file.</param>
    /// <param name="format">How it is read.</param>
    /// <param name="members">Reads it, while the row is enumerated.</param>
    /// <param name="range">Some lines of the file, perhaps none; null for all, and there have to be some.</param>
    /// <returns>The rows in the order of the file; nothing beside them in other formats.</returns>
    /// <exception cref="QEngineException">As above, or what <paramref name="members"/> throws.</exception>
    public static IEnumerable<(IdText Row, T? Members)> Read<T>(
        string path, IdTextFormat format, MemberReader<T> members, LineRange? range = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(members);
        if (format != IdTextFormat.Jsonl)
        {
            foreach (IdText row in range is { } some ? Read(path, format, some) : Read(path, format)) yield return (row, null);
            yield break;
        }
        T? read = null;
        IEnumerable<IdText> rows = range is { } lines
            ? Rows(() => Utf8Lines.Open(path, lines), Parse)
            : NotEmpty(path, Rows(() => TextInput.Open(path), Parse));
        foreach (IdText row in rows) yield return (row, read);

        bool Parse(Utf8Lines line, out IdText row) => ParseJson(line, root => read = members(root, line), out row);
    }

    /// <summary>What the name of a file says, or null where it says nothing.</summary>
    /// <param name="path">Path of the file, which need not exist.</param>
    public static IdTextFormat? FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return TextInput.Extension(path) switch
        {
            ".tsv" => IdTextFormat.Tsv,
            ".jsonl" => IdTextFormat.Jsonl,
            ".txt" => IdTextFormat.Txt,
            ".json" => IdTextFormat.Json,
            _ => null,
        };
    }

    /// <summary>
    /// What the first line that is not blank says: <see cref="IdTextFormat.Jsonl"/> if it is a JSON object, else
    /// <see cref="IdTextFormat.Tsv"/> if it has a tab, else, or where there is none, <see cref="IdTextFormat.Txt"/>.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="QEngineException">The file cannot be read, or the line is not UTF-8.</exception>
    public static IdTextFormat Detect(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using Utf8Lines lines = TextInput.Open(path);
        while (lines.MoveNext())
        {
            if (IsBlank(lines.Bytes)) continue;
            if (IsObject(lines.Bytes)) return IdTextFormat.Jsonl;
            return lines.Bytes.Contains((byte)'\t') ? IdTextFormat.Tsv : IdTextFormat.Txt;
        }
        return IdTextFormat.Txt;
    }

    private static LineParser? ParserOf(IdTextFormat format) => format switch
    {
        IdTextFormat.Tsv => ParseTsv,
        IdTextFormat.Jsonl => ParseJson,
        IdTextFormat.Txt => ParseLine,
        _ => null,
    };

    private static IEnumerable<IdText> Rows(Func<Utf8Lines> open, LineParser parse)
    {
        using Utf8Lines lines = open();
        while (lines.MoveNext())
            if (parse(lines, out IdText row)) yield return row;
    }

    private static IEnumerable<IdText> NotEmpty(string path, IEnumerable<IdText> rows)
    {
        bool any = false;
        foreach (IdText row in rows)
        {
            any = true;
            yield return row;
        }
        if (!any) throw new QEngineException($"expected texts, found an empty file: {Printable.OneLine(path)}");
    }

    private static bool ParseTsv(Utf8Lines lines, out IdText row)
    {
        // Cut as bytes: no string is made but the two that are returned.
        ReadOnlySpan<byte> line = lines.Bytes;
        int columns = line.Count((byte)'\t') + 1;
        if (columns != 2) throw new QEngineException($"expected 2 columns (id, tab, text), found {columns}, {lines.Where}");
        int tab = line.IndexOf((byte)'\t');
        row = new IdText(Id(lines, Encoding.UTF8.GetString(line[..tab])), Encoding.UTF8.GetString(line[(tab + 1)..]));
        return true;
    }

    private static bool ParseLine(Utf8Lines lines, out IdText row)
    {
        row = new IdText((lines.Number - 1).ToString(CultureInfo.InvariantCulture), lines.Text);
        return true;
    }

    private static bool ParseJson(Utf8Lines lines, out IdText row) => ParseJson(lines, null, out row);

    private static bool ParseJson(Utf8Lines lines, Action<JsonElement>? members, out IdText row)
    {
        row = default;
        if (IsBlank(lines.Bytes)) return false;
        try
        {
            using JsonDocument document = Parse(lines.Bytes);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new QEngineException($"expected a JSON object, found {root.ValueKind}, {lines.Where}");
            if (!root.TryGetProperty("_id", out JsonElement id) && !root.TryGetProperty("id", out id))
                throw new QEngineException($"expected a property \"_id\" or \"id\", found neither, {lines.Where}");
            bool whole = id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out _);
            row = new IdText(Id(lines, whole ? id.GetRawText() : String(lines, "id", id)), Text(lines, root));
            members?.Invoke(root);
            return true;
        }
        catch (JsonException failure)
        {
            throw new QEngineException(
                $"expected a JSON object, found invalid JSON at byte {failure.BytePositionInLine} of {lines.Where}", failure);
        }
        catch (InvalidOperationException failure)
        {
            // A name with an escaped unpaired surrogate cannot be compared with those looked for.
            throw new QEngineException($"expected properties named in Unicode text, found an unpaired surrogate, {lines.Where}", failure);
        }
    }

    private static string Text(Utf8Lines lines, JsonElement root)
    {
        if (!root.TryGetProperty("text", out JsonElement text))
        {
            if (root.TryGetProperty("contents", out JsonElement contents)) return String(lines, "contents", contents);
            throw new QEngineException($"expected a property \"text\" or \"contents\", found neither, {lines.Where}");
        }
        string title = root.TryGetProperty("title", out JsonElement heading) && heading.ValueKind != JsonValueKind.Null
            ? String(lines, "title", heading)
            : "";
        string body = String(lines, "text", text);
        return title.Length == 0 ? body : $"{title} {body}";
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;

    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        try
        {
            using JsonDocument document = Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line);
        JsonDocument document = JsonDocument.ParseValue(ref reader);
        // Refuses anything but white space after the object.
        reader.Read();
        return document;
    }

    private static string String(Utf8Lines lines, string property, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new QEngineException($"expected \"{property}\" to be a string, found {value.ValueKind}, {lines.Where}");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            // An escaped unpaired surrogate is correct JSON but no text.
            throw new QEngineException($"expected \"{property}\" to be Unicode text, found an unpaired surrogate, {lines.Where}", failure);
        }
    }

    private static string Id(Utf8Lines lines, string id) =>
        string.IsNullOrWhiteSpace(id) ? throw new QEngineException($"expected an id, found an empty one, {lines.Where}") : id;
}
