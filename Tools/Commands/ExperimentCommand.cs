using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine experiment</c>: many models, sizes and seeds, trained, measured and compared.</summary>
internal sealed class ExperimentCommand : Command
{
    private const string List = "list";

    private readonly Argument<string[]> _experiments = new("experiment")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "The file of an experiment (docs/experiments.md), or the name of one that comes with the program; list shows these. "
            + "Several are run in turn, and cells that they have in common once.",
        HelpName = "FILE|NAME|list",
    };

    private readonly Option<string?> _seeds = new("--seeds")
    {
        Description = "Seeds, for instance 42..61 or 42,43; the experiment's own if left out.",
        HelpName = "SEEDS",
    };

    private readonly Option<OutputFolder?> _out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Description = "Folder of the run, which several processes may share with --resume; experiments/NAME if left out. "
            + "Of several experiments each has a folder of its name in it.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on with the run of the folder, if it holds one, with the same settings; seeds may be others.",
    };

    private readonly Option<int> _jobs = new Option<int>("--jobs")
    {
        Description = "Cells at a time, which share --threads.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    }.Whole(1, 256);

    private readonly Option<InputFolder> _data = new("--data")
    {
        CustomParser = InputFolder.ParseWith(_ => []),
        Description = "Folder that the files of the experiment are in; the current one if left out.",
        HelpName = "DIR",
    };

    private readonly Option<InputFolder> _backbones = new("--backbones")
    {
        CustomParser = InputFolder.ParseWith(_ => []),
        Description = "Folder with folders of encoders by their names; others are folders or names of qengine models, which are fetched.",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _encoders = new("--encoders")
    {
        AllowMultipleArgumentsPerToken = true,
        Description = "Run the cells of these encoders of the experiment only.",
        HelpName = "NAME",
    };

    private readonly Option<InputFolder> _summary = new("--summary")
    {
        CustomParser = InputFolder.ParseWith(_ => []),
        Description = "Run nothing: show what the run of this folder has come to so far.",
        HelpName = "DIR",
    };

    /// <summary>Defines the command.</summary>
    public ExperimentCommand()
        : base(
            "experiment",
            "Run a declared experiment: every model with every encoder, size, share of the training rows and seed is trained, measured and "
            + "kept; an interrupted run goes on with --resume.\n"
            + "Example: qengine experiment paper-sizes --data data --seeds 42..46 --out runs/sizes\n"
            + "Example: qengine experiment paper-sizes paper-models --data data --out runs --resume\n"
            + "Example: qengine experiment --summary runs/sizes")
    {
        Arguments.Add(_experiments);
        this.AddOptions(_seeds, _out, _resume, _jobs, _data, _backbones, _encoders, _summary);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string[] names = parse.GetValue(_experiments) ?? [];
        if (parse.GetValue(_summary) is { } finished)
        {
            if (names.Length > 0) throw new UsageException("expected an experiment or --summary, found both");
            ShowSummary(session, new ExperimentFolder(finished.Folder));
            return ExitCode.Success;
        }
        if (names.Length == 0) throw new UsageException($"expected an experiment, {List} or --summary, found none");
        if (names is [List])
        {
            ShowList(session);
            return ExitCode.Success;
        }
        Study study = Study.Prepare(session, [.. names.Select(ExperimentSource.Find)], Choice(parse));
        study.Run(parse.GetValue(_jobs));
        if (names.Length == 1) ShowSummary(session, study.Folders[0]);
        else ShowStudy(session, study);
        return ExitCode.Success;
    }

    private RunChoice Choice(ParseResult parse)
    {
        ulong[]? seeds = parse.GetValue(_seeds) is { } text
            ? SeedList.Parse(text) ?? throw new UsageException($"expected --seeds {SeedList.Expected}, found '{text}'")
            : null;
        string data = parse.GetValue(_data)?.Folder ?? ".";
        if (!Directory.Exists(data)) throw new QEngineException($"expected the folder of --data, found none: {data}");
        return new RunChoice(
            parse.GetValue(_out)?.Folder,
            data,
            parse.GetValue(_backbones)?.Folder,
            parse.GetValue(_encoders) is { Length: > 0 } named ? named : null,
            seeds,
            parse.GetValue(_resume));
    }

    private static void ShowSummary(Session session, ExperimentFolder folder)
    {
        ExperimentSummary summary = ExperimentSummary.Compute(folder.Read(), folder.Results(), session);
        session.Show(summary, ResultJson.Default.ExperimentSummary, new SummaryReport(summary).Write);
    }

    private static void ShowStudy(Session session, Study study)
    {
        ExperimentSummary[] summaries =
        [
            .. study.Folders.Select(folder => ExperimentSummary.Compute(folder.Read(), folder.Results(), session)),
        ];
        session.Show(new StudySummary(summaries), ResultJson.Default.StudySummary, results =>
        {
            ResultTable table = new(
                new("experiment"), new("cells", IsNumber: true), new("comparisons", IsNumber: true),
                new("differences shown", IsNumber: true), new("folder", TakesRest: true));
            foreach ((ExperimentSummary one, ExperimentFolder folder) in summaries.Zip(study.Folders))
            {
                int shown = one.Comparisons.Count(comparison => comparison.Shown);
                table.Add(one.Experiment, $"{one.Cells}", $"{one.Comparisons.Length}", $"{shown}", folder.Location);
            }
            results.Table(table);
            results.Remark("qengine report FOLDER --out FILE.html says what each came to");
        });
    }

    private static void ShowList(Session session)
    {
        Experiment[] experiments = [.. ExperimentSource.Names.Select(name => ExperimentSource.BuiltIn(name).Experiment)];
        session.Show(
            new ExperimentList([.. experiments.Select(one => new ListedExperiment(one.Name, one.Description))]),
            ResultJson.Default.ExperimentList,
            results =>
            {
                ResultTable table = new(new("experiment"), new("what it asks", TakesRest: true));
                foreach (Experiment one in experiments) table.Add(one.Name, one.Description);
                results.Table(table);
            });
    }
}

/// <summary>The experiments that come with the program, as JSON.</summary>
internal sealed record ExperimentList(ListedExperiment[] Experiments);

/// <summary>One of them.</summary>
internal sealed record ListedExperiment(string Name, string Description);

/// <summary>Several experiments, as JSON.</summary>
internal sealed record StudySummary(ExperimentSummary[] Experiments);
