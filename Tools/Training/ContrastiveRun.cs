using System.Globalization;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>What a contrastive training run came to.</summary>
/// <param name="EpochLosses">Mean loss of each epoch, in nats.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Tokens">Tokens encoded.</param>
/// <param name="Time">Time spent.</param>
internal sealed record TrainingReport(IReadOnlyList<double> EpochLosses, int Steps, long Tokens, TimeSpan Time);

/// <summary>Contrastive training with progress shown.</summary>
internal static class ContrastiveRun
{
    /// <summary>Trains a model.</summary>
    /// <param name="session">Threads.</param>
    /// <param name="model">The model with its first values.</param>
    /// <param name="set">The examples.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="options">Settings.</param>
    /// <param name="report">Shows progress: share of the run done, time spent, what is to be said.</param>
    /// <param name="epochEnd">Called after every epoch, to save the model.</param>
    public static TrainingReport Run(
        Session session, EmbeddingModel<float> model, TrainingSet set, Objective<float> objective, TrainingOptions options, Action<double, TimeSpan, string> report, Action<int, double>? epochEnd = null)
    {
        EmbeddingTrainer trainer = new(model, set, objective, options, session.Workers);
        List<double> losses = [];
        LossAverage average = new();
        TrainingProgress last = default;
        trainer.Run(
            progress =>
            {
                last = progress;
                average.Add(progress.Loss);
                string rate = (progress.Tokens / progress.Elapsed.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture);
                report((double)progress.Step / progress.Steps, progress.Elapsed, $"epoch {progress.Epoch}, loss {average}, {rate} tokens/s");
            },
            (epoch, loss) =>
            {
                losses.Add(loss);
                epochEnd?.Invoke(epoch, loss);
            },
            Session.Cancellation);
        return new TrainingReport(losses, last.Step, last.Tokens, last.Elapsed);
    }
}
