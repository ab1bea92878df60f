using System.Globalization;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>
/// TREC run files: <c>qid Q0 docid rank score tag</c>, white space between. As in trec_eval only the score orders; the second, fourth and
/// last columns are ignored in reading. Empty lines are skipped.
/// </summary>
public static class RunFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file, UTF-8; compressed by gzip where it ends in <c>.gz</c>.</param>
    /// <returns>The run; queries in the order of their first lines.</returns>
    /// <exception cref="QEngineException">
    /// A malformed line, a score that is not finite in single precision, a document twice for a query, an empty or unreadable file; names
    /// file and line.
    /// </exception>
    public static Run Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return RunReader.Read(path);
    }

    /// <summary>
    /// Writes a run, ranks from 1, scores in the shortest form that reads back exactly. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">Path of the file, replaced where it exists.</param>
    /// <param name="run">The run.</param>
    /// <param name="tag">Name of the system, the last column.</param>
    /// <exception cref="QEngineException">
    /// A run cannot hold an id or the tag (<see cref="CanHold"/>), or the file cannot be written.
    /// </exception>
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

    /// <summary>Whether a run can hold an id: it is not empty, and has no white space and no control character.</summary>
    /// <param name="id">The id of a query or a document.</param>
    public static bool CanHold(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        foreach (char character in id)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character)) return false;
        }
        return id.Length > 0;
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
        if (CanHold(value)) return;
        bool blank = value.Length == 0;
        foreach (char character in value) blank |= char.IsWhiteSpace(character);
        string fault = blank ? "white space" : "control characters";
        throw new QEngineException($"expected a {name} without {fault} for a run, found {Printable.Quote(value)}");
    }
}
