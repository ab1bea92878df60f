using QEngine.Storage;

namespace QEngine.Training;

/// <summary>One training row: a query, a text that answers it and texts that do not.</summary>
/// <param name="Query">The query, not empty.</param>
/// <param name="Positive">The relevant text, not empty.</param>
/// <param name="Negatives">Irrelevant texts, none of them empty, perhaps none at all.</param>
internal sealed record TrainingTriple(string Query, string Positive, IReadOnlyList<string> Negatives);

/// <summary>
/// Files of training rows, UTF-8, columns by tabs: query, positive, then any number of negatives, the same number in all rows of a file.
/// Texts, as in MS MARCO's <c>triples.train.small.tsv</c>, or ids that stand for texts elsewhere, as in its <c>qidpidtriples</c>: the file
/// does not tell which.
/// </summary>
internal static class TriplesFile
{
    /// <summary>
    /// Reads files row by row, one after the other, while they are enumerated; the number of negatives may differ between files.
    /// </summary>
    /// <param name="paths">Paths of the files, at least one; those that end in <c>.gz</c> are decompressed.</param>
    /// <returns>
    /// The rows in order. Equal texts anywhere in the files are one string in memory; the texts are held as long as the enumeration runs.
    /// </returns>
    /// <exception cref="ArgumentException">There is no path, or null among them.</exception>
    /// <exception cref="QEngineException">
    /// While enumerating: a row of another number of columns than the file's first, fewer than 2 columns, an empty text,
    /// invalid UTF-8, an empty or unreadable file; names file and line.
    /// </exception>
    public static IEnumerable<TrainingTriple> Read(params IReadOnlyList<string> paths)
    {
        Require.Items(paths);
        if (paths.Count == 0) throw new ArgumentException("expected at least one file, found none", nameof(paths));
        return Rows(paths);
    }

    private static IEnumerable<TrainingTriple> Rows(IReadOnlyList<string> paths)
    {
        HashSet<string> texts = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            using Utf8Lines lines = TextInput.Open(path);
            int columns = 0;
            while (lines.MoveNext()) yield return Parse(lines, texts, ref columns);
            if (columns == 0) throw new QEngineException($"expected training rows, found an empty file: {Printable.OneLine(path)}");
        }
    }

    private static TrainingTriple Parse(Utf8Lines lines, HashSet<string> texts, ref int columns)
    {
        ReadOnlySpan<char> line = lines.Text;
        int found = line.Count('\t') + 1;
        if (found < 2)
            throw new QEngineException($"expected at least 2 columns by tabs (query, positive, negatives), found {found}, {lines.Where}");
        if (columns == 0) columns = found;
        if (found != columns) throw new QEngineException($"expected {columns} columns as in the first row, found {found}, {lines.Where}");
        string query = "";
        string positive = "";
        string[] negatives = new string[columns - 2];
        int column = 0;
        foreach (Range range in line.Split('\t'))
        {
            ReadOnlySpan<char> text = line[range];
            if (text.IsWhiteSpace())
                throw new QEngineException($"expected a text in column {column + 1}, found an empty one, {lines.Where}");
            string shared = Intern(text, texts);
            if (column == 0) query = shared;
            else if (column == 1) positive = shared;
            else negatives[column - 2] = shared;
            column++;
        }
        return new TrainingTriple(query, positive, negatives);
    }

    private static string Intern(ReadOnlySpan<char> text, HashSet<string> texts)
    {
        if (texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out string? known)) return known;
        string added = text.ToString();
        texts.Add(added);
        return added;
    }
}
