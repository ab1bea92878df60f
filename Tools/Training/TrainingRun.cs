using System.Diagnostics;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tensors;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>A training run with all around it: measures after every epoch, the best model, checkpoints, early stopping.</summary>
/// <remarks>
/// At the end of an epoch the model is saved first and the checkpoint second: a run killed between the two repeats the epoch's end,
/// with the same result.
/// </remarks>
internal sealed class TrainingRun
{
    /// <summary>What names of gradient norms among the diagnostics begin with.</summary>
    public const string GradientPrefix = "gradient norm of ";

    private const string HistoryName = "history";
    private const int DiagnosedTexts = 256;

    private readonly Session _session;
    private readonly SentenceEmbedder _embedder;
    private readonly EmbeddingTrainer _trainer;
    private readonly TrainingPlan _plan;
    private readonly Action<EpochReport> _save;
    private readonly PackedSequences _sample = new();
    private readonly LossAverage _average = new();
    private readonly long _resumedTokens;

    /// <summary>Prepares a run.</summary>
    /// <param name="session">Threads, progress and Ctrl-C.</param>
    /// <param name="embedder">The model that the trainer trains.</param>
    /// <param name="trainer">The trainer.</param>
    /// <param name="set">What it trains on.</param>
    /// <param name="plan">What else is to be done.</param>
    /// <param name="checkpoint">Where to go on from, or null.</param>
    /// <param name="save">Saves the model after an epoch that is the one to keep so far.</param>
    public TrainingRun(Session session, SentenceEmbedder embedder, EmbeddingTrainer trainer, TrainingSet set, TrainingPlan plan, TrainingCheckpoint? checkpoint, Action<EpochReport> save)
    {
        (_session, _embedder, _trainer, _plan, _save) = (session, embedder, trainer, plan, save);
        for (int text = 0; text < Math.Min(DiagnosedTexts, set.TextCount); text++) _sample.Add(set.Tokens(text));
        if (checkpoint is null) return;
        checkpoint.Restore(embedder.Model.Parameters);
        trainer.Restore(checkpoint);
        History = TrainingHistory.Parse(checkpoint.Text(HistoryName));
        _resumedTokens = trainer.Tokens;
        session.Progress.Line($"going on after step {trainer.Done} of {trainer.Steps}");
    }

    /// <summary>The epochs so far.</summary>
    public TrainingHistory History { get; } = new();

    /// <summary>Time spent in this process.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Tokens encoded in this process.</summary>
    public long Tokens => _trainer.Tokens - _resumedTokens;

    private bool Stopped => _plan.Patience > 0 && History.Epochs.Count > 0 && History.SinceBest(_plan.BestBy!) >= _plan.Patience;

    /// <summary>Runs what is left.</summary>
    /// <exception cref="OperationCanceledException">Interrupted; the state is kept.</exception>
    public void Run()
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (_trainer.Done < _trainer.Steps && !Stopped)
        {
            if (Session.Cancellation.IsCancellationRequested) Interrupted();
            _average.Add(_trainer.Step());
            Time = watch.Elapsed;
            string rate = (Tokens / Time.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture);
            _session.Progress.Report(_embedder.Model.Head.PaperName, (double)_trainer.Done / _trainer.Steps, Time, $"epoch {_trainer.Epoch}, loss {_average}, {rate} tokens/s");
            if (_trainer.EpochEnded) EndEpoch();
            else if (_plan.CheckpointSteps > 0 && _trainer.Done % _plan.CheckpointSteps == 0) Checkpoint();
        }
        // What is not replaced is written once.
        if (_plan.Log is { IsStream: true }) WriteLog(_plan.Log);
        File.Delete(_plan.CheckpointPath);
    }

    private void WriteLog(OutputFile log) => log.Write(path => AtomicFile.WriteText(path, History.ToJsonLines()));

    private void Interrupted()
    {
        Checkpoint();
        _session.Progress.Line($"interrupted after step {_trainer.Done}: go on with --resume");
        throw new OperationCanceledException(Session.Cancellation);
    }

    private void EndEpoch()
    {
        EpochReport report = Report(out HeadDiagnostics head);
        History.Add(report);
        bool keep = History.Best(_plan.BestBy) == report;
        _session.Progress.Line($"epoch {report.Epoch}: {report.Line()}{(keep ? ", saved" : "")}");
        foreach (string warning in Warnings.Of(head, _trainer.Statistics.Ranking, History.Epochs[0], report)) _session.Progress.Line($"warning: {warning}");
        if (keep) _save(report);
        if (_plan.Log is { IsStream: false }) WriteLog(_plan.Log);
        Checkpoint();
        if (Stopped && _trainer.Done < _trainer.Steps) _session.Progress.Line($"stopped: {_plan.BestBy} was best in epoch {History.Best(_plan.BestBy).Epoch}");
    }

    private EpochReport Report(out HeadDiagnostics head)
    {
        EpochStatistics statistics = _trainer.Statistics;
        List<KeyValuePair<string, double>> measures = [new(EpochReport.Loss, statistics.Loss), new(EpochReport.Accuracy, statistics.Ranking.Accuracy)];
        if (_plan.Development is { } development)
        {
            (double loss, RankingStatistics ranking) = development.Evaluate();
            measures.AddRange([new(EpochReport.DevelopmentLoss, loss), new(EpochReport.DevelopmentAccuracy, ranking.Accuracy), new(EpochReport.DevelopmentNdcg, ranking.Ndcg)]);
        }
        foreach (TestSet test in _plan.Tests) measures.Add(new(test.Measure, test.Ndcg(_session, _embedder)));

        head = HeadDiagnostics.Measure(_embedder.Model, _sample, _session.Workers);
        List<KeyValuePair<string, double>> diagnostics =
        [
            new("saturated share", head.SaturatedShare), new("spread", head.Spread), new("probability error", head.ProbabilityError), new("tied share", statistics.Ranking.TiedShare),
        ];
        for (int group = 0; group < _trainer.Groups.Count; group++)
            if (!_trainer.Groups[group].IsFrozen) diagnostics.Add(new(GradientPrefix + _trainer.Groups[group].Name, statistics.GradientNorm(group)));
        return new EpochReport(_trainer.Epoch, measures, diagnostics, head.Angles);
    }

    private void Checkpoint()
    {
        TrainingCheckpointWriter checkpoint = new(_embedder.Model.Parameters, _plan.Settings);
        _trainer.Save(checkpoint);
        checkpoint.Add(HistoryName, History.ToJsonLines());
        checkpoint.Write(_plan.CheckpointPath);
    }
}
