using System.Text;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>A passage that is to be ranked for a query, with both texts.</summary>
/// <param name="QueryId">The query's id.</param>
/// <param name="PassageId">The passage's id.</param>
/// <param name="Query">The query.</param>
/// <param name="Passage">The passage.</param>
internal readonly record struct Candidate(string QueryId, string PassageId, string Query, string Passage);

/// <summary>
/// Files of candidates for re-ranking, as MS MARCO's <c>top1000.dev.tsv</c>: query id, passage id, query, passage by tabs; UTF-8, perhaps
/// with <c>.gz</c>.
/// </summary>
internal static class CandidatesFile
{
    private const int Columns = 4;

    /// <summary>Reads a file row by row while it is enumerated, in constant memory.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="QEngineException">
    /// While enumerating: a malformed line, invalid UTF-8, an empty or unreadable file; names file and line.
    /// </exception>
    public static IEnumerable<Candidate> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Rows(path);
    }

    /// <summary>Whether the first line of a file has these columns.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="QEngineException">The file cannot be read, or its first line is not UTF-8.</exception>
    public static bool IsOne(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using Utf8Lines lines = TextInput.Open(path);
        return lines.MoveNext() && lines.Bytes.Count((byte)'\t') + 1 == Columns;
    }

    private static IEnumerable<Candidate> Rows(string path)
    {
        using Utf8Lines lines = TextInput.Open(path);
        bool any = false;
        while (lines.MoveNext())
        {
            any = true;
            yield return Parse(lines);
        }
        if (!any) throw new QEngineException($"expected candidates, found an empty file: {Printable.OneLine(path)}");
    }

    private static Candidate Parse(Utf8Lines lines)
    {
        ReadOnlySpan<byte> line = lines.Bytes;
        int found = line.Count((byte)'\t') + 1;
        if (found != Columns)
            throw new QEngineException(
                $"expected {Columns} columns by tabs (query id, passage id, query, passage), found {found}, {lines.Where}");
        Span<Range> columns = stackalloc Range[Columns];
        int column = 0;
        foreach (Range range in line.Split((byte)'\t')) columns[column++] = range;
        string queryId = Encoding.UTF8.GetString(line[columns[0]]), passageId = Encoding.UTF8.GetString(line[columns[1]]);
        if (string.IsNullOrWhiteSpace(queryId) || string.IsNullOrWhiteSpace(passageId))
            throw new QEngineException($"expected a query id and a passage id, found an empty one, {lines.Where}");
        return new Candidate(queryId, passageId, Encoding.UTF8.GetString(line[columns[2]]), Encoding.UTF8.GetString(line[columns[3]]));
    }
}
