using System.Globalization;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>
/// Relevance judgement files: TREC's (<c>qid iteration docid grade</c>, any white space, the iteration ignored) and BEIR's
/// (<c>qid TAB docid TAB grade</c>, a header in the first line allowed). The first line decides. Empty lines are skipped.
/// </summary>
public static class QrelsFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file, UTF-8; compressed by gzip where it ends in <c>.gz</c>.</param>
    /// <returns>The judgements.</returns>
    /// <exception cref="QEngineException">
    /// A malformed line, a pair judged twice, an empty or unreadable file; names file and line.
    /// </exception>
    public static Qrels Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using Utf8Lines lines = TextInput.Open(path);
        Qrels qrels = new();
        Span<Range> columns = stackalloc Range[5];
        int expected = 0;
        while (lines.MoveNext())
        {
            ReadOnlySpan<char> line = lines.Text;
            if (line.IsWhiteSpace()) continue;
            bool first = expected == 0;
            // BEIR's ids may hold spaces, so a line that has three columns by tabs is read by tabs.
            if (first) expected = line.Split(columns, '\t') == 3 ? 3 : 4;
            int found = expected == 3
                ? line.Split(columns, '\t')
                : line.SplitAny(columns, " \t", StringSplitOptions.RemoveEmptyEntries);
            if (found != expected)
            {
                string count = found > 4 ? "more" : found.ToString(CultureInfo.InvariantCulture);
                throw new QEngineException($"expected {Layout(expected)}, found {count}, {lines.Where}");
            }
            ReadOnlySpan<char> grade = line[columns[expected - 1]];
            if (first && expected == 3 && IsHeader(grade)) continue;
            Add(qrels, lines, line[columns[0]], line[columns[expected - 2]], grade);
        }
        if (qrels.QueryIds.Count == 0)
            throw new QEngineException($"expected relevance judgements, found an empty file: {Printable.OneLine(path)}");
        return qrels;
    }

    private static void Add(
        Qrels qrels, Utf8Lines lines, ReadOnlySpan<char> queryId, ReadOnlySpan<char> documentId, ReadOnlySpan<char> grade)
    {
        if (queryId.IsWhiteSpace() || documentId.IsWhiteSpace())
            throw new QEngineException($"expected a query id and a document id, found an empty one, {lines.Where}");
        if (!int.TryParse(grade, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            throw new QEngineException($"expected a whole number as grade, found {Printable.Quote(grade.ToString())}, {lines.Where}");
        string query = queryId.ToString(), document = documentId.ToString();
        if (qrels.TryAdd(query, document, value)) return;
        throw new QEngineException(
            $"expected one judgement a pair, "
            + $"found query {Printable.Quote(query)} and document {Printable.Quote(document)} again, {lines.Where}");
    }

    // Only a known word makes a header: a damaged first line must not be dropped silently.
    private static bool IsHeader(ReadOnlySpan<char> grade) =>
        grade.Equals("score", StringComparison.OrdinalIgnoreCase)
        || grade.Equals("grade", StringComparison.OrdinalIgnoreCase)
        || grade.Equals("relevance", StringComparison.OrdinalIgnoreCase);

    private static string Layout(int columns) =>
        columns == 3 ? "3 columns by tabs (query, document, grade)" : "4 columns (query, iteration, document, grade)";
}
