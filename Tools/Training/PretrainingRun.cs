using System.Diagnostics;
using System.Globalization;
using QEngine.Layers;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>A masked-language-model run with progress and checkpoints.</summary>
/// <param name="session">Progress and Ctrl-C.</param>
/// <param name="trainer">The trainer.</param>
/// <param name="steps">Steps of the run.</param>
internal sealed class PretrainingRun(Session session, Pretrainer trainer, int steps)
{
    private readonly LossAverage _loss = new();
    private long _resumedTokens;

    /// <summary>The settings.</summary>
    public required RunSettings Settings { get; init; }

    /// <summary>The checkpoint's file.</summary>
    public required string Path { get; init; }

    /// <summary>Steps between two checkpoints, or 0.</summary>
    public required int CheckpointSteps { get; init; }

    /// <summary>What is trained.</summary>
    public required ParameterStore<float> Parameters { get; init; }

    /// <summary>Steps of the run.</summary>
    public int Steps => steps;

    /// <summary>Running average of the loss, in nats.</summary>
    public double Loss => _loss.Value;

    /// <summary>Time spent in this process.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Tokens a second in this process.</summary>
    public double Rate => (trainer.Tokens - _resumedTokens) / Math.Max(Time.TotalSeconds, 1e-9);

    /// <summary>Runs what is left.</summary>
    /// <param name="checkpoint">Where to go on from, or null.</param>
    /// <exception cref="OperationCanceledException">Interrupted; the state is kept.</exception>
    public void Run(TrainingCheckpoint? checkpoint)
    {
        if (checkpoint is not null) Restore(checkpoint);
        Stopwatch watch = Stopwatch.StartNew();
        while (trainer.Done < steps)
        {
            if (Session.Cancellation.IsCancellationRequested) Interrupted();
            _loss.Add(trainer.Step());
            Time = watch.Elapsed;
            session.Progress.Report("masked language model", (double)trainer.Done / steps, Time, $"loss {_loss}, {Rate.ToString("N0", CultureInfo.InvariantCulture)} tokens/s");
            if (trainer.Done == steps || (CheckpointSteps > 0 && trainer.Done % CheckpointSteps == 0)) Checkpoint();
        }
    }

    private void Restore(TrainingCheckpoint checkpoint)
    {
        checkpoint.Restore(Parameters);
        trainer.Restore(checkpoint);
        if (!_loss.TryRestore(checkpoint.Text("loss"))) throw checkpoint.Malformed("loss");
        _resumedTokens = trainer.Tokens;
        session.Progress.Line($"going on after step {trainer.Done} of {steps}");
    }

    private void Interrupted()
    {
        Checkpoint();
        session.Progress.Line($"interrupted after step {trainer.Done}: go on with --resume");
        throw new OperationCanceledException(Session.Cancellation);
    }

    private void Checkpoint()
    {
        TrainingCheckpointWriter checkpoint = new(Parameters, Settings.Text);
        trainer.Save(checkpoint);
        checkpoint.Add("loss", _loss.Save());
        checkpoint.Write(Path);
    }
}
