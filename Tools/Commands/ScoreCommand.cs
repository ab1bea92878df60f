using System.CommandLine;
using System.Diagnostics;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine score</c>.</summary>
internal static class ScoreCommand
{
    private static readonly Option<InputFile[]> Runs = new("--run") { CustomParser = InputFile.ParseAll, Required = true, AllowMultipleArgumentsPerToken = true, Description = "TREC run files, one row of the table each; .gz is decompressed.", HelpName = "F.trec" };
    private static readonly Option<InputFile> Judgements = new("--qrels") { CustomParser = InputFile.Parse, Required = true, Description = "Judgements in TREC's or BEIR's format; .gz is decompressed.", HelpName = "F.txt" };
    private static readonly Option<string[]> Measures = MeasureOptions.Measures();
    private static readonly Option<string> Ties = MeasureOptions.Ties();
    private static readonly Option<bool> Complete = new("--complete") { Description = "Average over all judged queries, a missing one counting 0 (trec_eval -c), rather than over those that the run has." };
    private static readonly Option<bool> JudgedOnly = new("--judged-only") { Description = "Take documents without a judgement out of the rankings first (trec_eval -J)." };
    private static readonly Option<bool> PerQuery = new("--per-query") { Description = "Each query's values too, separated by tabs; the last line of a run, all, is its summary." };
    private static readonly Option<InputFile> Baseline = new("--compare") { CustomParser = InputFile.Parse, Description = "Run file to compare each run with, query by query: t-test, randomisation test, interval, effect size.", HelpName = "F.trec" };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "score",
            "Measure run files as trec_eval does, and tell whether two runs differ.\n"
            + "Example: qengine score --run new.trec --qrels qrels.txt --measures \"nDCG@10 AP RR\" --compare old.trec")
        {
            Runs, Judgements, Measures, Ties, Complete, JudgedOnly, PerQuery, Baseline,
        };
        IdenticalIds identicalIds = new(command);
        command.SetAction(parse => Run(parse, identicalIds));
        return command;
    }

    private static int Run(ParseResult parse, IdenticalIds identicalIds)
    {
        using Session session = Session.From(parse);
        Measure[] measures = MeasureOptions.Read(parse, Measures);
        EvaluationOptions options = new()
        {
            Ties = MeasureOptions.Read(parse, Ties), Complete = parse.GetValue(Complete), JudgedOnly = parse.GetValue(JudgedOnly),
            IgnoreIdenticalIds = identicalIds.Read(parse),
        };
        InputFile[] paths = parse.GetRequiredValue(Runs);
        InputFile? baseline = parse.GetValue(Baseline);
        if (baseline is not null && Array.TrueForAll(measures, measure => measure.IsCount))
            throw new UsageException("expected a measure that --compare can compare, found counts alone");
        CommandPaths.RequireUsable(parse);
        Qrels qrels = QrelsFile.Read(parse.GetRequiredValue(Judgements).ReadablePath);

        Stopwatch clock = Stopwatch.StartNew();
        InputFile[] all = baseline is null ? paths : [.. paths, baseline];
        List<ScoredRun> runs = [];
        foreach (InputFile file in all)
        {
            session.Progress.Report("runs", (double)runs.Count / all.Length, clock.Elapsed, file.Name);
            // One run is in memory at a time; its values stay.
            runs.Add(ScoredRun.Read(file, all, qrels, measures, options));
        }
        session.Progress.EndLine();
        RunComparisons? comparisons = baseline is null ? null : RunComparisons.Of(session, runs[..^1], runs[^1]);
        ScoreReport report = new(baseline is null ? runs : runs[..^1], measures, options, qrels.QueryIds.Count, parse.GetValue(PerQuery), comparisons);
        session.Show(report.WriteJson, report.Write);
        return ExitCode.Success;
    }
}
