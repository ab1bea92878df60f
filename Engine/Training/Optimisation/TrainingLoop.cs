using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using QEngine.Storage;

namespace QEngine.Training;

/// <summary>What a <see cref="TrainingLoop"/> does beside the steps.</summary>
public sealed record TrainingLoopOptions
{
    /// <summary>File that keeps the run's state while it is not finished; null for none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Steps between two checkpoints, beside those at the ends of epochs and at a cancellation; 0 for these only.</summary>
    public int CheckpointSteps { get; init; }

    /// <summary>All that has to be the same when a run goes on, one setting a line.</summary>
    public string Settings { get; init; } = "";

    /// <summary>What is measured at the end of every epoch, after the trainer's own measures.</summary>
    public IReadOnlyList<IEvaluator> Evaluators { get; init; } = [];

    /// <summary>The measure whose best epoch is kept; null keeps the last.</summary>
    public string? BestBy { get; init; }

    /// <summary>Epochs without a better value of <see cref="BestBy"/> after which the run stops; 0 for all epochs.</summary>
    public int Patience { get; init; }

    /// <summary>File that receives the epochs as JSON lines; null for none.</summary>
    public string? LogPath { get; init; }

    /// <summary>Saves what was trained, after every epoch that is the one to keep so far.</summary>
    public Action<EpochReport>? Save { get; init; }

    /// <summary>Told after every epoch, before it is saved: the report, and whether it is the one to keep so far.</summary>
    public Action<EpochReport, bool>? EpochEnded { get; init; }

    /// <summary>Told after every step.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>The processes that share the run. The first one alone measures, saves and writes.</summary>
    internal IProcessGroup Processes { get; init; } = ProcessGroup.Single;
}

/// <summary>How far a training run is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Epoch">Current epoch, from 1.</param>
/// <param name="Loss">Loss of the last step.</param>
/// <param name="AverageLoss">Exponential average of the losses.</param>
/// <param name="Tokens">Tokens encoded in this process.</param>
/// <param name="Elapsed">Time since <see cref="TrainingLoop.Run"/> began.</param>
public readonly record struct TrainingProgress(
    int Step, int Steps, int Epoch, double Loss, double AverageLoss, long Tokens, TimeSpan Elapsed)
{
    /// <summary>Tokens a second in this process.</summary>
    public double TokensPerSecond => Tokens / Math.Max(Elapsed.TotalSeconds, 1e-9);
}

/// <summary>
/// Runs a training to its end: steps, measures after every epoch, the best model saved, checkpoints, early stopping, cancellation.
/// </summary>
/// <remarks>
/// At the end of an epoch the model is saved first and the checkpoint second: a run killed between the two repeats the epoch's end,
/// with the same result. The checkpoint is deleted when the run has ended. For one thread.
/// </remarks>
public sealed class TrainingLoop
{
    private const string HistoryName = "history", AverageName = "average loss";

    private readonly ITrainer _trainer;
    private readonly TrainingLoopOptions _options;
    private readonly LossAverage _average = new();
    private long _resumedTokens;

    /// <summary>Prepares a run.</summary>
    /// <param name="trainer">What is done step by step.</param>
    /// <param name="options">What else is to be done; null for nothing.</param>
    /// <exception cref="ArgumentException">There is patience without a measure to go by, or a number is negative.</exception>
    public TrainingLoop(ITrainer trainer, TrainingLoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        (_trainer, _options) = (trainer, options ?? new TrainingLoopOptions());
        if (_options.CheckpointSteps < 0 || _options.Patience < 0)
            throw new ArgumentException(
                $"expected a patience and steps between checkpoints of at least 0, "
                + $"found {_options.Patience} and {_options.CheckpointSteps}",
                nameof(options));
        if (_options.Patience > 0 && _options.BestBy is null)
            throw new ArgumentException("expected a measure to go by with patience, found none", nameof(options));
    }

    /// <summary>The epochs so far.</summary>
    public TrainingHistory History { get; private set; } = new();

    /// <summary>How far the run is.</summary>
    public TrainingProgress Progress { get; private set; }

    /// <summary>Whether it ended before its last step for want of a better epoch.</summary>
    public bool StoppedEarly { get; private set; }

    /// <summary>The report of the epoch to keep: the best one by the measure of the options, else the last.</summary>
    /// <exception cref="InvalidOperationException">No epoch has ended yet.</exception>
    public EpochReport Best => History.Best(_options.BestBy);

    private bool OutOfPatience =>
        _options.Patience > 0 && History.Epochs.Count > 0 && History.SinceBest(_options.BestBy!) >= _options.Patience;

    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="checkpoint">One of a run with the same settings.</param>
    /// <exception cref="QEngineException">It is not one of such a run.</exception>
    public void Restore(TrainingCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Restore(_trainer.Parameters);
        _trainer.Restore(checkpoint);
        History = TrainingHistory.Parse(checkpoint.Text(HistoryName));
        if (!_average.TryRestore(checkpoint.Text(AverageName))) throw checkpoint.Malformed(AverageName);
        _resumedTokens = _trainer.Tokens;
    }

    /// <summary>Runs what is left.</summary>
    /// <param name="cancellationToken">Stops between two steps, after a checkpoint.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the parameters hold what the last whole step left.</exception>
    /// <exception cref="QEngineException">A loss or gradient is not finite, or a file cannot be written.</exception>
    public void Run(CancellationToken cancellationToken = default)
    {
        Stopwatch watch = Stopwatch.StartNew();
        RequireSameState();
        while (_trainer.CompletedSteps < _trainer.Steps && !OutOfPatience)
        {
            // All of them stop between the same two steps, and none before the checkpoint is written.
            if (_options.Processes.Any(cancellationToken.IsCancellationRequested))
            {
                Checkpoint();
                _options.Processes.Any(false);
                throw new OperationCanceledException(cancellationToken);
            }
            double loss = _trainer.Step();
            _average.Add(loss);
            Progress = new(
                _trainer.CompletedSteps, _trainer.Steps, _trainer.Epoch, loss, _average.Value, _trainer.Tokens - _resumedTokens,
                watch.Elapsed);
            _options.Progress?.Report(Progress);
            if (_trainer.EpochEnded) EndEpoch();
            else if (_options.CheckpointSteps > 0 && _trainer.CompletedSteps % _options.CheckpointSteps == 0) Checkpoint();
        }
        StoppedEarly = _trainer.CompletedSteps < _trainer.Steps;
        if (_options.Processes.IsFirst && _options.CheckpointPath is { } path) File.Delete(path);
    }

    private void EndEpoch()
    {
        RequireSameState();
        EpochReport report = Measure();
        History.Add(report);
        if (!_options.Processes.IsFirst) return;
        bool keep = Best == report;
        _options.EpochEnded?.Invoke(report, keep);
        if (keep) _options.Save?.Invoke(report);
        if (_options.LogPath is { } log) AtomicFile.WriteText(log, History.ToJsonLines());
        Checkpoint();
    }

    /// <summary>What the epoch came to, as the first process finds it: what all of them then decide is the same.</summary>
    private EpochReport Measure()
    {
        TrainingHistory measured = new();
        if (_options.Processes.IsFirst)
        {
            EpochReportBuilder builder = new();
            _trainer.Report(builder);
            foreach (IEvaluator evaluator in _options.Evaluators) evaluator.Evaluate(builder);
            measured.Add(builder.Build(_trainer.Epoch));
        }
        if (_options.Processes.Size > 1) measured = TrainingHistory.Parse(_options.Processes.Texts(measured.ToJsonLines())[0]);
        return measured.Epochs[0];
    }

    /// <summary>Requires that all processes do the same run, are at the same step and compute in the same way.</summary>
    /// <exception cref="QEngineException">One of them does not; all fail with the same message.</exception>
    private void RequireSameState()
    {
        if (_options.Processes.Size == 1) return;
        Fingerprint parameters = default;
        parameters.Add(MemoryMarshal.Cast<float, int>(_trainer.Parameters.Values));
        _options.Processes.RequireSame(string.Create(
            CultureInfo.InvariantCulture,
            $"{_options.Settings}\nvectors of {VectorBits} bits\nsteps {_trainer.CompletedSteps}\nparameters {parameters.Value:x16}"));
    }

    // Sums go by the width of vectors.
    private static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    private void Checkpoint()
    {
        if (!_options.Processes.IsFirst || _options.CheckpointPath is not { } path) return;
        TrainingCheckpointWriter checkpoint = new(_trainer.Parameters, _options.Settings);
        _trainer.Save(checkpoint);
        checkpoint.Add(HistoryName, History.ToJsonLines());
        checkpoint.Add(AverageName, _average.Save());
        checkpoint.Write(path);
    }
}
