using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Mpi;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine train</c>: contrastive training, from scratch or from a model folder.</summary>
internal sealed class TrainCommand : Command
{
    private readonly DataOptions _data;
    private readonly EncoderOptions _encoder;
    private readonly HeadOptions _head;
    private readonly LossOptions _loss;
    private readonly OptimisationOptions _optimisation;
    private readonly EvaluationOptions _evaluation;
    private readonly RunOptions _run;

    /// <summary>Defines the command.</summary>
    public TrainCommand()
        : base(
            "train",
            "Train an embedding model.\n"
            + "Example: qengine train --triples train.tsv --encoder tiny --head quantum --dim 64 --in-batch --lr 5e-4 --out model")
    {
        _data = new DataOptions(this);
        _encoder = new EncoderOptions(this);
        _head = new HeadOptions(this, "quantum");
        _loss = new LossOptions(this);
        _optimisation = new OptimisationOptions(this);
        _evaluation = new EvaluationOptions(this);
        _run = new RunOptions(this);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        IProcessGroup processes = MpiGroup.Current;
        using Session session = Session.From(parse, processes);
        TrainingOptions options = _optimisation.Read(parse, session.Seed);
        FineTuneLayers? layers = _optimisation.Layers(parse);
        Check(parse, options, processes);
        using IDisposable? claim = processes.IsFirst ? _run.Claim(parse) : null;
        IReadOnlyList<TestSet> tests = _evaluation.Tests(parse);
        OutputFile? log = _evaluation.Log(parse);
        string? bestBy = _evaluation.BestBy(parse, _data.HasDevelopment(parse), tests);
        foreach (TestSet test in tests)
            if (test.IgnoresIdenticalIds) session.Progress.Line($"{test.Name}: {IdenticalIds.Remark}");

        (TrainingRows rows, TrainingRows? developmentRows) = _data.Read(parse, session.Seed, options.Negatives);
        SentenceEmbedder embedder = _encoder.Start(parse, session, width => _head.Read(parse, width), rows.Texts());
        layers?.Apply(embedder.Model.Encoder);
        HeadConfiguration head = embedder.Model.Head;
        Objective<float> objective = _loss.Read(parse, _data, _head.Score(parse, head, _loss.Scale(parse)), head);
        // Of the two texts of a scored pair none is a query.
        Prompts prompts = _data.HasPairs(parse) ? embedder.Prompts.Alike : embedder.Prompts;
        TrainingSet set = rows.Tokenize(embedder.Tokenizer, embedder.MaximumLength, prompts);
        RunSettings settings = new(parse, set.Fingerprint());

        TrainingSet? development = developmentRows?.Tokenize(embedder.Tokenizer, embedder.MaximumLength, prompts);
        List<IEvaluator> evaluators = [new HeadDiagnosticsEvaluator(embedder.Model, set, session.Workers)];
        if (development is not null) evaluators.Add(new Development(embedder.Model, development, objective, options, session.Workers));
        evaluators.AddRange(tests.Select(test => test.CreateEvaluator(session, embedder)));
        EmbeddingTrainer trainer = new(embedder.Model, set, objective, options, session.Workers, processes);
        TrainingReporter reporter = new(session, head.PaperName);
        string folder = _run.Folder(parse);
        TrainingLoop loop = new(trainer, new TrainingLoopOptions
        {
            Processes = processes,
            CheckpointPath = _run.CheckpointPath(parse),
            CheckpointSteps = _run.CheckpointSteps(parse),
            Settings = settings.Text,
            Evaluators = evaluators,
            BestBy = bestBy,
            Patience = _evaluation.Patience(parse),
            LogPath = log is { IsStream: false } ? log.Given : null,
            Progress = reporter,
            EpochEnded = reporter.EpochEnded,
            Save = report =>
            {
                TrainedModel.RequireUsable(embedder);
                ModelCard card = Card(parse, settings, rows, report, session.Seed);
                ModelFolder.Save(embedder, folder, new SaveOptions { HalfPrecision = _run.Half(parse), Card = card });
            },
        });
        using (TrainingCheckpoint? checkpoint = _run.Resume(parse, settings.Text)) reporter.Run(loop, trainer, checkpoint, resumable: true);
        if (!processes.IsFirst) return ExitCode.Success;
        // What is not replaced is written once.
        if (log is { IsStream: true }) log.Write(path => AtomicFile.WriteText(path, loop.History.ToJsonLines()));
        _evaluation.Plot(parse)?.Write(path => AtomicFile.WriteText(path, TrainingPlot.Draw(loop.History.Epochs).ToString()));
        if (loop.StoppedEarly) session.Progress.Line($"stopped: {bestBy} was best in epoch {loop.Best.Epoch}");
        Show(session, rows, embedder, trainer, loop, folder);
        return ExitCode.Success;
    }

    /// <summary>What can be seen to be wrong before anything is read.</summary>
    private void Check(ParseResult parse, TrainingOptions options, IProcessGroup processes)
    {
        _encoder.Check(parse);
        if (_data.HasInverseCloze(parse) && !options.InBatchNegatives)
            throw new UsageException("expected --in-batch with --inverse-cloze, whose pairs have no other negatives, found none");
        if (_encoder.IsPreset(parse)) _head.Read(parse, BertConfiguration.Preset(_encoder.Name(parse), 1).HiddenSize);
        _data.Check(parse);
        _loss.Check(parse, _data);
        _ = _evaluation.Patience(parse);
        if (processes.Size > options.Shards)
            throw new UsageException($"expected --shards of at least {processes.Size} for as many processes, found {options.Shards}");
        if (!processes.IsFirst) return;
        CommandPaths.RequireUsable(parse);
        _run.Check(parse);
    }

    private ModelCard Card(ParseResult parse, RunSettings settings, TrainingRows rows, EpochReport report, ulong seed) => settings.Card(
        [
            .. _data.Describe(parse), ("rows", rows.Count.ToString(CultureInfo.InvariantCulture)), (
                "queries", rows.Queries.ToString(CultureInfo.InvariantCulture)),
            (
                "started from",
                _encoder.IsPreset(parse) ? "random weights" : Path.GetFileName(Path.TrimEndingDirectorySeparator(_encoder.Name(parse)))),
        ],
        [
            ("epoch", report.Epoch),
            .. report.Measures.Where(measure => double.IsFinite(measure.Value)).Select(measure => (measure.Key, measure.Value)),
        ],
        seed);

    private static void Show(
        Session session, TrainingRows rows, SentenceEmbedder embedder, EmbeddingTrainer trainer, TrainingLoop loop, string folder)
    {
        HeadConfiguration head = embedder.Model.Head;
        EpochReport best = loop.Best;
        double rate = loop.Progress.TokensPerSecond;
        session.Show(
            new TrainResult(
                folder,
                head.PaperName,
                head.OutputDimension,
                rows.Count,
                rows.Queries,
                trainer.CompletedSteps,
                loop.Progress.Elapsed.TotalSeconds,
                rate,
                best.Epoch,
                [.. loop.History.Epochs.Select(epoch => JsonText.Defined(epoch[EpochReport.Loss]))],
                loop.History.Epochs),
            ResultJson.Default.TrainResult,
            results =>
            {
                string line = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{head.PaperName}-{head.OutputDimension}: "
                    + $"{Plural.Format(rows.Count, "row")} of {Plural.Format(rows.Queries, "query", "queries")}, "
                    + $"{Plural.Format(trainer.CompletedSteps, "step")}, loss {best[EpochReport.Loss]:F4}, {rate:N0} tokens/s, "
                    + $"{ProgressReporter.Time(loop.Progress.Elapsed)}: {folder}");
                if (loop.History.Epochs.Count == 1)
                {
                    results.Line(line);
                    return;
                }
                results.Table(Table(loop.History, best));
                results.Remark(line);
            });
    }

    private static string Cell(double value) => double.IsNaN(value) ? "-" : value.ToString("F4", CultureInfo.InvariantCulture);

    private static ResultTable Table(TrainingHistory history, EpochReport best)
    {
        string[] measures = [.. history.Epochs.SelectMany(epoch => epoch.Measures).Select(measure => measure.Key).Distinct()];
        ResultTable table = new(
            [new("epoch", IsNumber: true), new("saved"), .. measures.Select(measure => new ResultColumn(measure, IsNumber: true))]);
        foreach (EpochReport epoch in history.Epochs)
        {
            IEnumerable<string> values = measures.Select(measure => Cell(epoch[measure]));
            table.Add([epoch.Epoch.ToString(CultureInfo.InvariantCulture), epoch == best ? "*" : "", .. values]);
        }
        return table;
    }
}

/// <summary>What a training came to, as JSON.</summary>
internal sealed record TrainResult(
    string Model,
    string PaperName,
    int Dimension,
    int Rows,
    int Queries,
    int Steps,
    double Seconds,
    double TokensPerSecond,
    int SavedEpoch,
    double?[] EpochLosses,
    IReadOnlyList<EpochReport> Epochs);
