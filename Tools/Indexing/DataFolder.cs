namespace QEngine.Tools.Indexing;

/// <summary>
/// Finds the files of a collection in its folder: BEIR's layout, MS MARCO's names, or those of this program; all also with .gz.
/// </summary>
internal static class DataFolder
{
    // A pattern is a last resort: it must fit one file alone.
    private static readonly string[] QueryNames = ["queries.tsv", "queries.jsonl", "queries.*.tsv"];
    private static readonly string[] PassageNames = ["passages.tsv", "corpus.jsonl", "corpus.tsv", "collection.tsv"];
    private static readonly string[] JudgementNames =
        ["qrels.txt", "qrels.tsv", "qrels/test.tsv", "qrels.*.tsv", "qrels.*.txt", "qrels/*.tsv"];

    /// <summary>The file of queries.</summary>
    /// <param name="path">A file, which is returned, or a folder.</param>
    /// <exception cref="QEngineException">The folder has no such file, or several between which there is no choosing.</exception>
    public static string Queries(string path) => Find(path, QueryNames, "queries");

    /// <summary>The file of passages.</summary>
    /// <param name="path">A file, which is returned, or a folder.</param>
    /// <exception cref="QEngineException">The folder has no such file, or several between which there is no choosing.</exception>
    public static string Passages(string path) => Find(path, PassageNames, "passages");

    /// <summary>The file of judgements, of BEIR's the test split.</summary>
    /// <param name="path">A file, which is returned, or a folder.</param>
    /// <exception cref="QEngineException">The folder has no such file, or several between which there is no choosing.</exception>
    public static string Judgements(string path) => Find(path, JudgementNames, "judgements");

    /// <summary>Whether a path is a folder in BEIR's layout.</summary>
    /// <param name="path">A file or a folder.</param>
    public static bool IsBeir(string path) =>
        Directory.Exists(path) && Matches(path, "queries.jsonl").Any() && Matches(path, "corpus.jsonl").Any();

    /// <summary>All files of a folder that have one of the names.</summary>
    /// <param name="folder">The folder.</param>
    public static IEnumerable<string> Files(string folder) =>
        ((string[])[.. QueryNames, .. PassageNames, .. JudgementNames]).SelectMany(name => Matches(folder, name)).Distinct();

    private static string Find(string path, string[] names, string what)
    {
        if (!Directory.Exists(path)) return path;
        foreach (string name in names)
        {
            string[] found = [.. Matches(path, name)];
            if (found.Length == 1) return found[0];
            if (found.Length > 1)
            {
                throw new QEngineException(
                    $"expected one file of {what}, found {string.Join(", ", found.Select(Path.GetFileName))} in {path}: name the file");
            }
        }
        throw new QEngineException($"expected {what} in one of {string.Join(", ", names)}, found none in {path}");
    }

    private static IEnumerable<string> Matches(string folder, string name)
    {
        string parent = Path.Combine(folder, Path.GetDirectoryName(name)!), pattern = Path.GetFileName(name);
        if (!Directory.Exists(parent)) return [];
        EnumerationOptions exactly = new() { MatchCasing = MatchCasing.CaseSensitive };
        return Directory.EnumerateFiles(parent, pattern, exactly).Concat(Directory.EnumerateFiles(parent, pattern + ".gz", exactly)).Order(
            StringComparer.Ordinal);
    }
}
