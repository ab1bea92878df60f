using System.Globalization;
using QEngine.Storage;

namespace QEngine.Training;

/// <summary>Two texts and a score: of their likeness, or a teacher's of a query and a passage.</summary>
/// <param name="First">The first text, not empty.</param>
/// <param name="Second">The second text, not empty.</param>
/// <param name="Score">The score, finite.</param>
public readonly record struct ScoredPair(string First, string Second, float Score);

/// <summary>Files of scored pairs, UTF-8, columns by tabs: text, text, score.</summary>
public static class ScoredPairsFile
{
    private const int Columns = 3;

    /// <summary>Reads a file row by row while it is enumerated.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="QEngineException">
    /// While enumerating: a row of another number of columns, an empty text, a score that is no finite number, invalid UTF-8,
    /// an empty or unreadable file; names file and line.
    /// </exception>
    public static IEnumerable<ScoredPair> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using Utf8Lines lines = Utf8Lines.Open(path);
        bool any = false;
        while (lines.MoveNext())
        {
            any = true;
            yield return Parse(lines);
        }
        if (!any) throw new QEngineException($"expected scored pairs, found an empty file: {Printable.OneLine(path)}");
    }

    private static ScoredPair Parse(Utf8Lines lines)
    {
        ReadOnlySpan<char> line = lines.Text;
        int found = line.Count('\t') + 1;
        if (found != Columns) throw new QEngineException($"expected {Columns} columns by tabs (text, text, score), found {found}, {lines.Where}");
        int first = line.IndexOf('\t'), last = line.LastIndexOf('\t');
        ReadOnlySpan<char> one = line[..first], two = line[(first + 1)..last], score = line[(last + 1)..];
        if (one.IsWhiteSpace() || two.IsWhiteSpace())
            throw new QEngineException($"expected a text in column {(one.IsWhiteSpace() ? 1 : 2)}, found an empty one, {lines.Where}");
        if (!float.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || !float.IsFinite(value))
            throw new QEngineException($"expected a finite score in column {Columns}, found {Printable.Quote(score.ToString())}, {lines.Where}");
        return new ScoredPair(one.ToString(), two.ToString(), value);
    }
}
