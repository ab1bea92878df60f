using System.Globalization;
using System.Text.Json;

namespace QEngine.Retrieval;

/// <summary>A text with its id, one row of a corpus or of a file of queries.</summary>
/// <param name="Id">The id, not empty.</param>
/// <param name="Text">The text, perhaps empty.</param>
public readonly record struct IdText(string Id, string Text);

/// <summary>
/// Files of texts with ids, UTF-8, by their extension. <c>.tsv</c>: id TAB text. <c>.jsonl</c>, BEIR's: a JSON object a line with
/// <c>_id</c> or <c>id</c>, a string or a whole number, <c>text</c>, and perhaps <c>title</c>, which then precedes the text with a space
/// between. <c>.txt</c>: one text a line, its id the line's number from 0. Empty lines are texts in <c>.txt</c>, skipped in <c>.jsonl</c>,
/// errors in <c>.tsv</c>.
/// </summary>
public static class IdTextFile
{
    private delegate bool LineParser(Utf8LineReader reader, out IdText row);

    /// <summary>Reads a file row by row while it is enumerated. Ids are not compared with each other.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The rows in the order of the file.</returns>
    /// <exception cref="QEngineException">
    /// At once: an unknown extension. While enumerating: a malformed line, invalid UTF-8, an empty or unreadable file; names file and line.
    /// </exception>
    public static IEnumerable<IdText> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        LineParser parse = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".tsv" => ParseTsv,
            ".jsonl" => ParseJson,
            ".txt" => ParseLine,
            _ => throw new QEngineException($"{path}: expected a file named .tsv, .jsonl or .txt, found another extension"),
        };
        return Rows(path, parse);
    }

    private static IEnumerable<IdText> Rows(string path, LineParser parse)
    {
        using Utf8LineReader reader = new(path);
        bool any = false;
        while (reader.Read())
        {
            if (!parse(reader, out IdText row)) continue;
            any = true;
            yield return row;
        }
        if (!any) throw reader.EmptyError("texts");
    }

    private static bool ParseTsv(Utf8LineReader reader, out IdText row)
    {
        ReadOnlySpan<char> line = reader.Line.Span;
        int columns = line.Count('\t') + 1;
        if (columns != 2) throw reader.Error($"expected 2 columns (id, tab, text), found {columns}");
        int tab = line.IndexOf('\t');
        row = new IdText(Id(reader, line[..tab]), line[(tab + 1)..].ToString());
        return true;
    }

    private static bool ParseLine(Utf8LineReader reader, out IdText row)
    {
        row = new IdText((reader.LineNumber - 1).ToString(CultureInfo.InvariantCulture), reader.Line.ToString());
        return true;
    }

    private static bool ParseJson(Utf8LineReader reader, out IdText row)
    {
        row = default;
        if (reader.Line.Span.IsWhiteSpace()) return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(reader.Line);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw reader.Error($"expected a JSON object, found {root.ValueKind}");
            if (!root.TryGetProperty("_id", out JsonElement id) && !root.TryGetProperty("id", out id))
                throw reader.Error("expected a property \"_id\" or \"id\", found neither");
            if (!root.TryGetProperty("text", out JsonElement text)) throw reader.Error("expected a property \"text\", found none");
            string title = root.TryGetProperty("title", out JsonElement heading) && heading.ValueKind != JsonValueKind.Null
                ? String(reader, "title", heading)
                : "";
            string body = String(reader, "text", text);
            bool whole = id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out _);
            row = new IdText(Id(reader, whole ? id.GetRawText() : String(reader, "id", id)), title.Length == 0 ? body : $"{title} {body}");
            return true;
        }
        catch (JsonException failure)
        {
            throw reader.Error($"expected a JSON object, found invalid JSON at byte {failure.BytePositionInLine}", failure);
        }
    }

    private static string String(Utf8LineReader reader, string property, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) throw reader.Error($"expected \"{property}\" to be a string, found {value.ValueKind}");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            // An escaped unpaired surrogate is correct JSON but no text.
            throw reader.Error($"expected \"{property}\" to be Unicode text, found an unpaired surrogate", failure);
        }
    }

    private static string Id(Utf8LineReader reader, ReadOnlySpan<char> id) =>
        id.IsWhiteSpace() ? throw reader.Error("expected an id, found an empty one") : id.ToString();
}
