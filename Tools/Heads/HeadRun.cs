using System.Diagnostics;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>A head after its training.</summary>
/// <param name="Head">The head.</param>
/// <param name="Losses">Loss of every step; empty for a head that is not trained.</param>
/// <param name="Time">Time spent.</param>
internal sealed record FinishedHead(TrainedHead Head, double[] Losses, TimeSpan Time);

/// <summary>Making heads, with progress shown.</summary>
internal static class HeadRun
{
    /// <summary>Trains a head.</summary>
    /// <exception cref="QEngineException">There is nothing to train or to learn from, or a loss is not finite.</exception>
    public static FinishedHead Train(Session session, HeadTask task, HeadChoice choice, string loss, TrainingChoice training)
    {
        TrainedHead head = TrainedHead.Create(choice.Configuration);
        head.Parameters.Initialize(session.Seed);
        if (training.Initial is { } initial) HeadFolder.ReadParameters(initial.FullName, head.Parameters);
        HeadTrainer trainer = new(
            head.Parameters, head.Layer, TaskLoss.Objective(loss, choice), task.Examples, new HeadTrainingOptions(training.Batch, training.Shuffle, session.Seed, new AdamSettings()), session.Workers);
        int steps = training.Steps ?? checked(training.Epochs * trainer.StepsPerEpoch);
        LearningRateSchedule schedule = new(training.Rate, training.Decay ? (int)Math.Round(0.1 * steps) : 0, training.Decay ? steps : 0);
        double[] losses = new double[steps];
        LossAverage average = new();
        Stopwatch watch = Stopwatch.StartNew();
        for (int step = 0; step < steps; step++)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            losses[step] = trainer.Step(schedule[step]);
            average.Add(losses[step]);
            session.Progress.Report("head", (step + 1.0) / steps, watch.Elapsed, $"epoch {1 + (step / trainer.StepsPerEpoch)}, loss {average}");
        }
        return new FinishedHead(head, losses, watch.Elapsed);
    }

    /// <summary>Fits principal components.</summary>
    public static FinishedHead Fit(Session session, Vectors vectors, ReadOnlySpan<int> rows, int dimension)
    {
        Stopwatch watch = Stopwatch.StartNew();
        TrainedHead head = ProjectionHead.Of(PrincipalComponents.Of(vectors.Data, vectors.Columns, rows, dimension, session.Workers));
        return new FinishedHead(head, [], watch.Elapsed);
    }

    /// <summary>Takes the first numbers.</summary>
    public static FinishedHead Truncate(Vectors vectors, int dimension) => new(ProjectionHead.Truncation(vectors.Columns, dimension), [], TimeSpan.Zero);
}
