using System.Globalization;
using QEngine.Tools.Cli;
using QEngine.Tools.Mpi;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>Shows a run: a progress line, a line an epoch, warnings.</summary>
/// <param name="session">Where.</param>
/// <param name="what">What is trained.</param>
internal sealed class TrainingReporter(Session session, string what) : IProgress<TrainingProgress>
{
    private EpochReport? _first;

    /// <inheritdoc/>
    public void Report(TrainingProgress value) =>
        session.Progress.Report(what, (double)value.Step / value.Steps, value.Elapsed, Detail(value));

    /// <summary>Epoch, loss and rate.</summary>
    public static string Detail(TrainingProgress progress)
    {
        string rate = progress.Tokens > 0 ? $", {progress.TokensPerSecond.ToString("N0", CultureInfo.InvariantCulture)} tokens/s" : "";
        return string.Create(CultureInfo.InvariantCulture, $"epoch {progress.Epoch}, loss {progress.AverageLoss:F3}{rate}");
    }

    /// <summary>Shows what an epoch came to.</summary>
    /// <param name="report">The epoch.</param>
    /// <param name="kept">Whether its model is the one to keep so far.</param>
    public void EpochEnded(EpochReport report, bool kept)
    {
        session.Progress.Line($"epoch {report.Epoch}: {report}{(kept ? ", saved" : "")}");
        foreach (string warning in Warnings.Find(_first ??= report, report)) session.Progress.Line($"warning: {warning}");
    }

    /// <summary>
    /// Goes on from a checkpoint, if there is one, and runs what is left; says so, and how to go on after an interruption.
    /// </summary>
    /// <param name="loop">The run.</param>
    /// <param name="trainer">What it drives.</param>
    /// <param name="checkpoint">Where to go on from, or null.</param>
    /// <param name="resumable">Whether an interrupted run can go on.</param>
    /// <exception cref="OperationCanceledException">Interrupted; the state is kept.</exception>
    public void Run(TrainingLoop loop, ITrainer trainer, TrainingCheckpoint? checkpoint, bool resumable)
    {
        if (checkpoint is not null)
        {
            loop.Restore(checkpoint);
            if (loop.History.Epochs.Count > 0) _first = loop.History.Epochs[0];
            session.Progress.Line($"going on after step {trainer.CompletedSteps} of {trainer.Steps}");
        }
        using CancellationTokenRegistration ending = Session.Cancellation.Register(EndTogether);
        try
        {
            loop.Run(Session.Cancellation);
        }
        catch (OperationCanceledException) when (resumable)
        {
            session.Progress.Line($"interrupted after step {trainer.CompletedSteps}: go on with --resume");
            throw;
        }
    }

    // The signal may come from the launcher because another process has ended, and nothing more may be said by this one.
    private void EndTogether()
    {
        if (MpiGroup.Current.Size > 1)
            session.Progress.Line("ending: after this step, or at once where another process has ended; go on with --resume");
    }
}
