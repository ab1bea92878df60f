using QEngine.Storage;
using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>The files of a report, in the form that its extension names.</summary>
internal static class ReportFile
{
    private static readonly (string Extension, Func<ExperimentReport, string, string[]> Write)[] Forms =
        [(".html", WriteHtml), (".md", WriteMarkdown), (".csv", WriteCsv)];

    /// <summary>The extensions, for messages.</summary>
    public static string[] Extensions => [.. Forms.Select(form => form.Extension)];

    /// <summary>Whether a file has one of the extensions.</summary>
    public static bool HasForm(string path) => Forms.Any(form => Is(path, form.Extension));

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="path">A file with one of the extensions.</param>
    /// <returns>All files that were written.</returns>
    /// <exception cref="QEngineException">One cannot be written.</exception>
    public static string[] Write(ExperimentReport report, string path) => Forms.First(form => Is(path, form.Extension)).Write(report, path);

    private static bool Is(string path, string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private static string[] WriteHtml(ExperimentReport report, string path)
    {
        AtomicFile.WriteText(path, HtmlReport.Create(report.ToDocument()));
        return [path];
    }

    private static string[] WriteCsv(ExperimentReport report, string path)
    {
        AtomicFile.WriteText(path, CsvReport.Create(report.Cells));
        return [path];
    }

    private static string[] WriteMarkdown(ExperimentReport report, string path)
    {
        (string text, IReadOnlyDictionary<string, Svg> drawings) =
            MarkdownReport.Create(report.ToDocument(), Path.GetFileNameWithoutExtension(path));
        List<string> files = [path];
        foreach ((string name, Svg drawing) in drawings)
        {
            files.Add(Path.Combine(Path.GetDirectoryName(path) ?? "", name));
            AtomicFile.WriteText(files[^1], drawing.ToString());
        }
        // Last, so that no drawing of it is missing.
        AtomicFile.WriteText(path, text);
        return [.. files];
    }
}
