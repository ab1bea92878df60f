using System.Globalization;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>
/// TREC run files: <c>qid Q0 docid rank score tag</c>, white space between. As in trec_eval only the score orders; the second, fourth and
/// last columns are ignored in reading. Empty lines are skipped.
/// </summary>
public static class RunFile
{
    private const int Columns = 6;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file, UTF-8.</param>
    /// <returns>The run; queries in the order of their first lines.</returns>
    /// <exception cref="QEngineException">
    /// A malformed line, a score that is NaN or beyond binary32, a document twice for a query, an empty or unreadable file; names file and line.
    /// </exception>
    public static Run Read(string path)
    {
        using Utf8Lines lines = Utf8Lines.Open(path);
        Dictionary<string, Dictionary<string, float>> scores = new(StringComparer.Ordinal);
        var queries = scores.GetAlternateLookup<ReadOnlySpan<char>>();
        List<string> queryIds = [];
        Span<Range> columns = stackalloc Range[Columns + 1];
        while (lines.MoveNext())
        {
            ReadOnlySpan<char> line = lines.Text;
            if (line.IsWhiteSpace()) continue;
            int found = line.SplitAny(columns, " \t", StringSplitOptions.RemoveEmptyEntries);
            if (found != Columns)
            {
                string count = found > Columns ? "more" : found.ToString(CultureInfo.InvariantCulture);
                throw new QEngineException($"expected 6 columns (query, Q0, document, rank, score, tag), found {count}, {lines.Where}");
            }
            ReadOnlySpan<char> queryId = line[columns[0]];
            ReadOnlySpan<char> text = line[columns[4]];
            if (!TryParseScore(text, out float score))
                throw new QEngineException($"expected a number as score, found {Printable.Quote(text.ToString())}, {lines.Where}");
            if (!queries.TryGetValue(queryId, out Dictionary<string, float>? documents))
            {
                documents = new Dictionary<string, float>(StringComparer.Ordinal);
                queryIds.Add(queryId.ToString());
                scores.Add(queryIds[^1], documents);
            }
            string documentId = line[columns[2]].ToString();
            if (documents.TryAdd(documentId, score)) continue;
            throw new QEngineException(
                $"expected each document once a query, found {Printable.Quote(documentId)} again "
                + $"for query {Printable.Quote(queryId.ToString())}, {lines.Where}");
        }
        if (queryIds.Count == 0) throw new QEngineException($"expected a run, found an empty file: {Printable.OneLine(path)}");
        return Rank(queryIds, scores);
    }

    /// <summary>
    /// Writes a run, ranks from 1, scores in the shortest form that reads back exactly. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">Path of the file, replaced where it exists.</param>
    /// <param name="run">The run.</param>
    /// <param name="tag">Name of the system, the last column.</param>
    /// <exception cref="QEngineException">An id or the tag is empty or holds white space, or the file cannot be written.</exception>
    public static void Write(string path, Run run, string tag)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(tag);
        CheckField("tag", tag);
        AtomicFile.WriteText(path, writer =>
        {
            foreach (string queryId in run.QueryIds) WriteQuery(writer, queryId, run, tag);
        });
    }

    /// <summary>Infinities are scores where they are written as such; digits that are too large for a score are none.</summary>
    private static bool TryParseScore(ReadOnlySpan<char> text, out float score) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out score)
        && !float.IsNaN(score) && (float.IsFinite(score) || text.IndexOfAnyInRange('0', '9') < 0);

    private static Run Rank(List<string> queryIds, Dictionary<string, Dictionary<string, float>> scores)
    {
        Run run = new();
        foreach (string queryId in queryIds)
        {
            List<ScoredDocument> documents = new(scores[queryId].Count);
            foreach ((string documentId, float score) in scores[queryId]) documents.Add(new ScoredDocument(documentId, score));
            run.Add(queryId, new RankedList(documents));
            // Runs may be large: what has been ranked is given back.
            scores.Remove(queryId);
        }
        return run;
    }

    private static void WriteQuery(TextWriter writer, string queryId, Run run, string tag)
    {
        CheckField("query id", queryId);
        if (!run.TryGet(queryId, out RankedList? documents)) return;
        int rank = 0;
        foreach (ScoredDocument document in documents.AsSpan())
        {
            CheckField("document id", document.Id);
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{queryId} Q0 {document.Id} {++rank} {document.Score:R} {tag}"));
        }
    }

    private static void CheckField(string name, string value)
    {
        bool blank = value.Length == 0;
        foreach (char character in value) blank |= char.IsWhiteSpace(character);
        if (blank) throw new QEngineException($"expected a {name} without white space for a run, found {Printable.Quote(value)}");
    }
}
