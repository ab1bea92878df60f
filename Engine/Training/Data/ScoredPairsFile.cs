using System.Globalization;
using QEngine.Storage;

namespace QEngine.Training;

/// <summary>Two texts and a score: of their likeness, or a teacher's of a query and a passage.</summary>
/// <param name="First">The first text, not empty.</param>
/// <param name="Second">The second text, not empty.</param>
/// <param name="Score">The score, finite.</param>
internal readonly record struct ScoredPair(string First, string Second, float Score);

/// <summary>
/// Files of scored pairs, UTF-8, columns by tabs: text, text, score; or as the STS benchmark has them: genre, file, year, id, score, text,
/// text and perhaps more. The number of columns of the first row decides.
/// </summary>
internal static class ScoredPairsFile
{
    // Places of the columns, and how many there are.
    private static readonly Layout Plain = new(First: 0, Second: 1, Score: 2, Columns: 3);
    private static readonly Layout Benchmark = new(First: 5, Second: 6, Score: 4, Columns: 7);

    /// <summary>Reads a file row by row while it is enumerated.</summary>
    /// <param name="path">Path of the file; one that ends in <c>.gz</c> is decompressed.</param>
    /// <exception cref="QEngineException">
    /// While enumerating: a row of another number of columns, an empty text, a score that is no finite number, invalid UTF-8,
    /// an empty or unreadable file; names file and line.
    /// </exception>
    public static IEnumerable<ScoredPair> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Rows(path);
    }

    private static IEnumerable<ScoredPair> Rows(string path)
    {
        using Utf8Lines lines = TextInput.Open(path);
        Layout? layout = null;
        while (lines.MoveNext())
        {
            layout ??= lines.Bytes.Count((byte)'\t') + 1 >= Benchmark.Columns ? Benchmark : Plain;
            yield return Parse(lines, layout);
        }
        if (layout is null) throw new QEngineException($"expected scored pairs, found an empty file: {Printable.OneLine(path)}");
    }

    private static ScoredPair Parse(Utf8Lines lines, Layout layout)
    {
        ReadOnlySpan<char> line = lines.Text;
        int found = line.Count('\t') + 1;
        if (layout == Benchmark ? found < layout.Columns : found != layout.Columns)
            throw new QEngineException($"expected {layout}, found {found}, {lines.Where}");
        // What follows the columns of the benchmark goes into one more.
        Span<Range> columns = stackalloc Range[Benchmark.Columns + 1];
        line.Split(columns, '\t');
        string first = Text(lines, line, columns, layout.First), second = Text(lines, line, columns, layout.Second);
        ReadOnlySpan<char> score = line[columns[layout.Score]];
        if (!float.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || !float.IsFinite(value))
            throw new QEngineException(
                $"expected a finite score in column {layout.Score + 1}, found {Printable.Quote(score.ToString())}, {lines.Where}");
        return new ScoredPair(first, second, value);
    }

    private static string Text(Utf8Lines lines, ReadOnlySpan<char> line, ReadOnlySpan<Range> columns, int column)
    {
        ReadOnlySpan<char> text = line[columns[column]];
        if (text.IsWhiteSpace()) throw new QEngineException($"expected a text in column {column + 1}, found an empty one, {lines.Where}");
        return text.ToString();
    }

    private sealed record Layout(int First, int Second, int Score, int Columns)
    {
        public override string ToString() => this == Benchmark
            ? "at least 7 columns by tabs (genre, file, year, id, score, text, text)"
            : "3 columns by tabs (text, text, score)";
    }
}
