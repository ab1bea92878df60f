using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Text;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Indexing;

/// <summary>A file of texts that is read twice: once to check all of it before long work starts, once for the work.</summary>
internal static class TextFile
{
    /// <summary>
    /// Reads a file row by row, as <see cref="IdTextFile"/> does, until the user interrupts; the paper's texts normalised as its programs
    /// do.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its layout.</param>
    /// <exception cref="QEngineException">A row is malformed, or there is none.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static IEnumerable<IdText> Read(string path, IdTextFormat format)
    {
        foreach (IdText text in IdTextFile.Read(path, format))
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            yield return format == IdTextFormat.Json ? text with { Text = PaperNormalizer.Normalize(text.Text) } : text;
        }
    }

    /// <summary>The same as documents, with metadata where the layout has it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its layout.</param>
    /// <param name="leftOut">Told what metadata cannot hold.</param>
    /// <exception cref="QEngineException">A row is malformed, or there is none.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static IEnumerable<Document> Documents(string path, IdTextFormat format, LeftOutMembers leftOut)
    {
        if (format == IdTextFormat.Json)
        {
            foreach (IdText text in Read(path, format)) yield return new Document(text.Id, text.Text);
            yield break;
        }
        foreach (Document document in DocumentFile.Read(path, format, leftOut))
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            yield return document;
        }
    }

    /// <summary>Whether a file is one of the paper's, <see cref="PaperFile"/>.</summary>
    /// <param name="path">The file.</param>
    public static bool IsPaper(string path) => IdTextFile.FormatOf(path) == IdTextFormat.Json;

    /// <summary>Reads the ids and checks every row.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="wanted">Whether a row is wanted.</param>
    /// <returns>The wanted ids in the order of the file.</returns>
    /// <exception cref="QEngineException">A row is malformed, an id occurs twice, or no row is wanted.</exception>
    public static List<string> Ids(TextSource texts, Predicate<string> wanted)
    {
        List<string> ids = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        long row = 0;
        foreach (IdText text in texts.Read())
        {
            row++;
            if (!wanted(text.Id)) continue;
            if (!seen.Add(text.Id)) throw Repeated(text.Id, row, texts.Name);
            ids.Add(text.Id);
        }
        return ids.Count > 0
            ? ids
            : throw new QEngineException($"expected texts that the judgements name, found none among {row} in {texts.Name}");
    }

    /// <summary>The error for an id that occurred before.</summary>
    internal static QEngineException Repeated(string id, long row, string path) =>
        new($"expected each id once, found '{id}' again in row {row} of {path}");
}
