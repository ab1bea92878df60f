using System.CommandLine;
using System.Diagnostics;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine score</c>.</summary>
internal sealed class ScoreCommand : Command
{
    private readonly Option<InputFile[]> _runs = new("--run")
    {
        CustomParser = InputFile.ParseAll,
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Description = "TREC run files, one row of the table each; .gz is decompressed.",
        HelpName = "F.trec",
    };

    private readonly Option<InputFile> _judgements = new("--qrels")
    {
        CustomParser = InputFile.Parse,
        Required = true,
        Description = "Judgements in TREC's or BEIR's format; .gz is decompressed.",
        HelpName = "F.txt",
    };

    private readonly Option<string[]> _measures = MeasureOptions.Measures();
    private readonly ChoiceOption<TiePolicy> _ties = MeasureOptions.Ties();

    private readonly Option<bool> _complete = new("--complete")
    {
        Description = "Average over all judged queries, a missing one counting 0 (trec_eval -c), rather than over those that the run has.",
    };

    private readonly Option<bool> _judgedOnly = new("--judged-only")
    {
        Description = "Take documents without a judgement out of the rankings first (trec_eval -J).",
    };

    private readonly Option<bool> _perQuery = new("--per-query")
    {
        Description = "Each query's values too, separated by tabs; the last line of a run, all, is its summary.",
    };

    private readonly Option<InputFile> _baseline = new("--compare")
    {
        CustomParser = InputFile.Parse,
        Description = "Run file to compare each run with, query by query: t-test, randomisation test, interval, effect size.",
        HelpName = "F.trec",
    };

    private readonly Option<OutputFile> _plot = new("--plot")
    {
        CustomParser = OutputFile.ParseAs(".svg"),
        Description = "Draw every query's difference from --compare, for each run and measure; - for standard output.",
        HelpName = "FILE.svg",
    };

    private readonly IdenticalIds _identicalIds;

    /// <summary>Defines the command.</summary>
    public ScoreCommand()
        : base(
            "score",
            "Measure run files as trec_eval does, and tell whether two runs differ.\n"
            + "Example: qengine score --run new.trec --qrels qrels.txt --measures \"nDCG@10 AP RR\" --compare old.trec")
    {
        this.AddOptions(_runs, _judgements, _measures, _ties, _complete, _judgedOnly, _perQuery, _baseline, _plot);
        _identicalIds = new IdenticalIds(this);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        Measure[] measures = MeasureOptions.Read(parse, _measures);
        EvaluationOptions options = new()
        {
            Ties = _ties.Read(parse),
            Complete = parse.GetValue(_complete),
            JudgedOnly = parse.GetValue(_judgedOnly),
            IgnoreIdenticalIds = _identicalIds.Read(parse),
        };
        InputFile[] paths = parse.GetRequiredValue(_runs);
        InputFile? baseline = parse.GetValue(_baseline);
        if (baseline is not null && Array.TrueForAll(measures, measure => measure.IsCount))
            throw new UsageException("expected a measure that --compare can compare, found counts alone");
        OutputFile? plot = parse.GetValue(_plot);
        if (plot is not null && baseline is null) throw new UsageException("expected --compare with --plot, found none");
        CommandPaths.RequireUsable(parse);
        Qrels qrels = QrelsFile.Read(parse.GetRequiredValue(_judgements).ReadablePath);

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
        RunComparisons? comparisons = baseline is null ? null : RunComparisons.Compute(session, runs[..^1], runs[^1]);
        if (comparisons is not null) plot?.Write(path => AtomicFile.WriteText(path, ComparisonPlot.Draw(comparisons).ToString()));
        ScoreReport report = new(
            baseline is null ? runs : runs[..^1], measures, options, qrels.QueryIds.Count, parse.GetValue(_perQuery), comparisons);
        session.Show(report.Result, ResultJson.Default.ScoreResult, report.Write);
        return ExitCode.Success;
    }
}
