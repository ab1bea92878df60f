using System.Globalization;
using System.Text;

namespace QEngine.Retrieval;

/// <summary>
/// TREC run files: <c>qid Q0 docid rank score tag</c>, white space between. As in trec_eval only the score orders; the second, fourth and
/// last columns are ignored in reading. Empty lines are skipped.
/// </summary>
public static class RunFile
{
    private const int Columns = 6;

    // An unpaired surrogate in an id must fail: replaced, it could become another document's id.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file, UTF-8.</param>
    /// <returns>The run; queries in the order of their first lines.</returns>
    /// <exception cref="QEngineException">
    /// A malformed line, a NaN score, a document twice for a query, an empty or unreadable file; names file and line.
    /// </exception>
    public static Run Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using Utf8LineReader reader = new(path);
        Dictionary<string, Dictionary<string, float>> scores = new(StringComparer.Ordinal);
        var queries = scores.GetAlternateLookup<ReadOnlySpan<char>>();
        List<string> queryIds = [];
        Span<Range> columns = stackalloc Range[Columns + 1];
        while (reader.Read())
        {
            ReadOnlySpan<char> line = reader.Line.Span;
            if (line.IsWhiteSpace()) continue;
            int found = line.SplitAny(columns, " \t", StringSplitOptions.RemoveEmptyEntries);
            if (found != Columns)
            {
                string count = found > Columns ? "more" : found.ToString(CultureInfo.InvariantCulture);
                throw reader.Error($"expected 6 columns (query, Q0, document, rank, score, tag), found {count}");
            }
            ReadOnlySpan<char> queryId = line[columns[0]];
            ReadOnlySpan<char> text = line[columns[4]];
            if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float score) || float.IsNaN(score))
                throw reader.Error($"expected a number as score, found '{text}'");
            if (!queries.TryGetValue(queryId, out Dictionary<string, float>? documents))
            {
                documents = new Dictionary<string, float>(StringComparer.Ordinal);
                queryIds.Add(queryId.ToString());
                scores.Add(queryIds[^1], documents);
            }
            if (!documents.TryAdd(line[columns[2]].ToString(), score))
                throw reader.Error($"expected each document once a query, found '{line[columns[2]]}' again for query '{queryId}'");
        }
        if (queryIds.Count == 0) throw reader.EmptyError("a run");
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
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(tag);
        CheckField("tag", tag);
        string temporary = path + ".tmp";
        try
        {
            try
            {
                using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
                using (StreamWriter writer = new(stream, StrictUtf8))
                {
                    writer.NewLine = "\n";
                    foreach (string queryId in run.QueryIds) WriteQuery(writer, queryId, run, tag);
                    writer.Flush();
                    stream.Flush(flushToDisk: true);
                }
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or EncoderFallbackException)
        {
            throw new QEngineException($"{path}: expected to write a run, found: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

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

    private static void WriteQuery(StreamWriter writer, string queryId, Run run, string tag)
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
        if (blank) throw new QEngineException($"run: expected a {name} without white space, found '{value.ReplaceLineEndings(" ")}'");
    }
}
