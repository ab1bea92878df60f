using System.Globalization;
using QEngine.Storage;

namespace QEngine.Training;

/// <summary>Two vectors and how similar they are.</summary>
/// <param name="First">Row of one of them: of the query, where there is one.</param>
/// <param name="Second">Row of the other, not the same.</param>
/// <param name="Score">Larger for more similar; finite, in single precision too.</param>
public readonly record struct VectorPair(int First, int Second, double Score);

/// <summary>Files of scored pairs of vectors, UTF-8, three columns by tabs: id, id, score. Empty lines are skipped.</summary>
internal static class VectorPairsFile
{
    private const string Layout = "3 columns by tabs (id, id, score)";

    /// <summary>Reads pairs whose ids are row numbers from 0, or names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">How many vectors there are.</param>
    /// <param name="names">Row of each name, or null where ids are row numbers.</param>
    /// <returns>The pairs, in order; at least one.</returns>
    /// <exception cref="QEngineException">
    /// A line is malformed, an id is unknown, a pair has the same id twice, a score is no finite number, or there are no pairs; names file
    /// and line.
    /// </exception>
    public static VectorPair[] Read(string path, int rows, IReadOnlyDictionary<string, int>? names = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        List<VectorPair> pairs = [];
        using Utf8Lines lines = Utf8Lines.Open(path);
        Span<Range> columns = stackalloc Range[4];
        while (lines.MoveNext())
        {
            if (lines.Bytes.IsEmpty) continue;
            string line = lines.Text;
            int found = line.AsSpan().Split(columns, '\t');
            if (found != 3)
                throw new QEngineException(
                    $"expected {Layout}, found {(found > 3 ? "more" : found.ToString(CultureInfo.InvariantCulture))}, {lines.Where}");
            int first = Row(line[columns[0]], rows, names, lines), second = Row(line[columns[1]], rows, names, lines);
            if (first == second)
                throw new QEngineException(
                    $"expected two different ids, "
                    + $"found {Printable.Quote(line[columns[0]])} and {Printable.Quote(line[columns[1]])}, {lines.Where}");
            pairs.Add(new VectorPair(first, second, Score(line.AsSpan(columns[2]), lines)));
        }
        return pairs.Count > 0 ? [.. pairs] : throw new QEngineException($"expected pairs, found an empty file: {Printable.OneLine(path)}");
    }

    /// <summary>Reads names, one a line in the order of the vectors.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="rows">How many vectors there are.</param>
    /// <returns>Row of each name.</returns>
    /// <exception cref="QEngineException">A name is empty or there twice, or there are not as many as vectors; names the file.</exception>
    public static IReadOnlyDictionary<string, int> ReadNames(string path, int rows)
    {
        ArgumentNullException.ThrowIfNull(path);
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        using Utf8Lines lines = Utf8Lines.Open(path);
        while (lines.MoveNext())
        {
            string name = lines.Text;
            if (string.IsNullOrWhiteSpace(name)) throw new QEngineException($"expected an id, found an empty line, {lines.Where}");
            if (names.Count == rows) throw new QEngineException($"expected {rows} ids, one for each vector, found more, {lines.Where}");
            if (!names.TryAdd(name, names.Count))
                throw new QEngineException($"expected each id once, found {Printable.Quote(name)} again, {lines.Where}");
        }
        return names.Count == rows
            ? names
            : throw new QEngineException($"expected {rows} ids, one for each vector, found {names.Count} in {Printable.OneLine(path)}");
    }

    private static int Row(string id, int rows, IReadOnlyDictionary<string, int>? names, Utf8Lines lines)
    {
        if (names is not null)
            return names.TryGetValue(id, out int row)
                ? row
                : throw new QEngineException($"expected an id of the vectors, found {Printable.Quote(id)}, {lines.Where}");
        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < rows
            ? number
            : throw new QEngineException($"expected a row number from 0 to {rows - 1}, found {Printable.Quote(id)}, {lines.Where}");
    }

    private static double Score(ReadOnlySpan<char> text, Utf8Lines lines) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && float.IsFinite((float)score)
            ? score
            : throw new QEngineException($"expected a finite number as score, found {Printable.Quote(text.ToString())}, {lines.Where}");
}
