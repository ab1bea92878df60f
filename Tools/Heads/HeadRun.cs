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
internal sealed record FinishedHead(Head Head, double[] Losses, TimeSpan Time)
{
    /// <summary>The whitening exponent of tempered components; null for other heads.</summary>
    public double? Exponent { get; init; }
}

/// <summary>Making heads, with progress shown.</summary>
internal static class HeadRun
{
    /// <summary>Without steps or epochs, as many epochs as make about this many steps, ...</summary>
    public const int UsualSteps = 2000;

    /// <summary>... but at least 1 and no more than this.</summary>
    public const int MaxUsualEpochs = 10;

    /// <summary>The most steps: the loss of each is kept.</summary>
    public const int MaxSteps = 100_000_000;

    /// <summary>Requires, before long work, that the first weights are there and fit.</summary>
    /// <exception cref="QEngineException">The file is missing or malformed, or its tensors are not the head's.</exception>
    public static void RequireInitial(HeadChoice choice, TrainingChoice training)
    {
        if (training.Initial is { } initial)
            HeadFolder.ReadParameters(initial.ReadablePath, Head.Create(choice.ConfigurationFor(length: 1)).Parameters);
    }

    /// <summary>Trains a head.</summary>
    /// <param name="session">Threads and seed.</param>
    /// <param name="vectors">All vectors.</param>
    /// <param name="task">Whose training part it learns from.</param>
    /// <param name="choice">The head.</param>
    /// <param name="loss">What is minimised.</param>
    /// <param name="training">How it is trained.</param>
    /// <param name="shown">What its progress is called.</param>
    /// <exception cref="QEngineException">There is nothing to train or to learn from, or a loss is not finite.</exception>
    /// <exception cref="UsageException">There are too many steps.</exception>
    public static FinishedHead Train(
        Session session, Vectors vectors, HeadTask task, HeadChoice choice, string loss, TrainingChoice training, string shown = "head")
    {
        // Adam's steps suit vectors of length 1. Weights can take up the unit of others; angles have a scale for that.
        double length = vectors.Length(task.TrainingRows);
        float scale = !HeadKinds.HasAngles(choice.Kind) ? (float)(1 / PowerOfTwo.Nearest(length)) : 1;
        Head head = First(choice, training, session.Seed, scale, length);
        task.Examples.Scale = scale;
        int steps = Steps(training, HeadTrainer.StepsOfEpoch(Math.Max(1, task.Examples.Count), training.Batch));
        HeadTrainer trainer = new(
            head.Parameters,
            head.Layer,
            TaskLoss.Objective(loss, choice),
            task.Examples,
            new HeadTrainingOptions
            {
                Steps = steps,
                Batch = training.Batch,
                Shuffle = training.Shuffle,
                LearningRate = training.Rate,
                Decay = training.Decay,
                Seed = session.Seed,
            },
            session.Workers);
        Losses losses = new(new TrainingReporter(session, shown), steps);
        TrainingLoop loop = new(trainer, new TrainingLoopOptions { Progress = losses });
        loop.Run(Session.Cancellation);
        Rescale(head, scale);
        return new FinishedHead(head, losses.Values, loop.Progress.Elapsed);
    }

    /// <summary>Keeps the loss of every step.</summary>
    private sealed class Losses(TrainingReporter reporter, int steps) : IProgress<TrainingProgress>
    {
        public double[] Values { get; } = new double[steps];

        /// <inheritdoc/>
        public void Report(TrainingProgress value)
        {
            Values[value.Step - 1] = value.Loss;
            reporter.Report(value);
        }
    }

    private static int Steps(TrainingChoice training, int perEpoch)
    {
        int epochs = training.Epochs ?? Math.Clamp(UsualSteps / perEpoch, 1, MaxUsualEpochs);
        long steps = training.Steps ?? (long)epochs * perEpoch;
        return steps <= MaxSteps ? (int)steps : throw new UsageException($"expected at most {MaxSteps} steps, found {steps}");
    }

    /// <summary>The head as training finds it.</summary>
    private static Head First(HeadChoice choice, TrainingChoice training, ulong seed, float scale, double length)
    {
        Head head = Head.Create(choice.ConfigurationFor(length));
        head.Parameters.Initialize(seed);
        if (choice.Kind == HeadKind.Quantum) QuantumStart.Shrink(head.Parameters, choice.StartDeviation);
        if (training.Initial is { } initial)
        {
            HeadFolder.ReadParameters(initial.ReadablePath, head.Parameters);
            Rescale(head, 1 / scale);
        }
        else if (!HeadKinds.HasAngles(choice.Kind))
        {
            // A random bias is a direction that all vectors share: it would drown their differences, and a loss of order would settle
            // there.
            head.Parameters.Parameters[1].Values.Span.Clear();
        }
        choice.EncodingScale.Prepare(head, length, isRead: training.Initial is not null);
        return head;
    }

    /// <summary>A head of qubits of which nothing is trained, since it keeps all numbers, but which has its scale.</summary>
    public static FinishedHead Encode(HeadChoice choice, double length)
    {
        Head head = Head.Create(choice.ConfigurationFor(length));
        choice.EncodingScale.Prepare(head, length, isRead: false);
        return new FinishedHead(head, [], TimeSpan.Zero);
    }

    /// <summary>Fits principal components.</summary>
    public static FinishedHead Fit(Session session, Vectors vectors, ReadOnlySpan<int> rows, int dimension)
    {
        (PrincipalComponents components, TimeSpan time) = Components(session, vectors, rows, dimension);
        return new FinishedHead(ProjectionHead.From(components), [], time);
    }

    /// <summary>Fits principal components and chooses how they are scaled.</summary>
    public static FinishedHead FitTempered(Session session, Vectors vectors, HeadTask task, int dimension)
    {
        Stopwatch watch = Stopwatch.StartNew();
        (PrincipalComponents components, _) = Components(session, vectors, task.TrainingRows, dimension);
        double exponent = new Tempering(session, vectors, task, components).Exponent(dimension);
        return new FinishedHead(ProjectionHead.Tempered(components, exponent), [], watch.Elapsed) { Exponent = exponent };
    }

    /// <summary>Finds principal components.</summary>
    public static (PrincipalComponents Components, TimeSpan Time) Components(
        Session session, Vectors vectors, ReadOnlySpan<int> rows, int dimension)
    {
        Stopwatch watch = Stopwatch.StartNew();
        PrincipalComponents components = PrincipalComponents.Compute(
            vectors.Data,
            vectors.Columns,
            rows,
            dimension,
            session.Workers,
            new SynchronousProgress<double>(
                done => session.Progress.Report("PCA", done, watch.Elapsed, $"{dimension} of {vectors.Columns} directions")),
            Session.Cancellation);
        return (components, watch.Elapsed);
    }

    /// <summary>Takes the first numbers.</summary>
    public static FinishedHead Truncate(Vectors vectors, int dimension) =>
        new(ProjectionHead.Truncation(vectors.Columns, dimension), [], TimeSpan.Zero);

    private static void Rescale(Head head, float factor)
    {
        if (factor == 1) return;
        Parameter<float> weight = head.Parameters.Parameters[0];
        foreach (ref float value in weight.Values.Span) value *= factor;
        weight.Changed();
    }
}
