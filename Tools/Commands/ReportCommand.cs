using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine report</c>: what an experiment has come to, to be read and looked at.</summary>
internal sealed class ReportCommand : Command
{
    private readonly Argument<string> _folder = new("folder")
    {
        Description = "Folder of a run of qengine experiment, complete or not.",
        HelpName = "DIR",
    };

    private readonly Option<OutputFile> _out = new("--out")
    {
        CustomParser = OutputFile.Parse,
        Required = true,
        Description = "File to write: .html, one page with all plots; .md, Markdown with the plots as .svg files beside it; .csv, a line "
            + "for every cell, test and measure.",
        HelpName = "FILE",
    };

    /// <summary>Defines the command.</summary>
    public ReportCommand()
        : base(
            "report",
            "Report on an experiment: findings in words, tables, plots, settings and provenance.\n"
            + "Example: qengine report runs/sizes --out report.html")
    {
        Arguments.Add(_folder);
        this.AddOptions(_out);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        OutputFile file = parse.GetRequiredValue(_out);
        if (!ReportFile.HasForm(file.Given))
        {
            throw new UsageException(
                $"expected --out to name a file that ends in {Usage.Either(ReportFile.Extensions)}, found {file.Name}");
        }
        CommandPaths.RequireUsable(parse);
        ExperimentReport report = ExperimentReport.Read(parse.GetRequiredValue(_folder), session);
        string[] files = ReportFile.Write(report, file.Given);
        session.Show(
            new ReportResult(
                file.Given, files, report.Summary.Experiment, report.Cells.Count, report.Missing.Count, report.Missing.Lines,
                report.Summary.Comparisons),
            ResultJson.Default.ReportResult,
            results =>
            {
                string beside = files.Length > 1 ? $" and {Plural.Format(files.Length - 1, "plot")} beside it" : "";
                string missing = report.Missing.Count > 0 ? $" ({report.Missing.Count} missing)" : "";
                results.Line(
                    $"{report.Summary.Experiment}: {Plural.Format(report.Cells.Count, "cell")}{missing}, "
                    + $"{Plural.Format(report.Summary.Comparisons.Length, "comparison")}: {file.Given}{beside}");
            });
        return ExitCode.Success;
    }
}

/// <summary>A report that was written, as JSON.</summary>
internal sealed record ReportResult(
    string Report,
    string[] Files,
    string Experiment,
    int Cells,
    int MissingCells,
    string[] Missing,
    SummaryComparison[] Comparisons);
