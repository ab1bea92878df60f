namespace QEngine.Training;

/// <summary>Settings of contrastive training.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the examples.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Steps of the run, whatever the number of epochs; null for whole epochs.</summary>
    public int? Steps { get; init; }

    /// <summary>Queries of a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Largest learning rate.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Share of all steps over which the learning rate rises from 0.</summary>
    public double WarmupShare { get; init; } = 0.1;

    /// <summary>Whether the learning rate falls linearly to 0 after the warm-up, or stays.</summary>
    public bool Decay { get; init; } = true;

    /// <summary>Most hard negatives of a query.</summary>
    public int Negatives { get; init; } = 5;

    /// <summary>Whether the other queries' passages of the batch are negatives too.</summary>
    public bool InBatchNegatives { get; init; }

    /// <summary>Adam.</summary>
    public AdamSettings Adam { get; init; } = new(ClipNorm: 1);

    /// <summary>
    /// Tokens that go through the encoder at once. Without in-batch negatives a step of more tokens is done in parts
    /// whose gradients add up to the same; with them all its texts have to be together.
    /// </summary>
    public int TokenBudget { get; init; } = 16384;

    /// <summary>Whether only the inputs of the encoder's layers are kept for the backward pass: less memory, one more forward pass.</summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>Picks order, negatives and dropout.</summary>
    public ulong Seed { get; init; } = 42;
}

/// <summary>How far a training run is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Epoch">Current epoch, from 1.</param>
/// <param name="Loss">Loss of the last step, in nats.</param>
/// <param name="Tokens">Tokens encoded so far.</param>
/// <param name="Elapsed">Time since the start.</param>
public readonly record struct TrainingProgress(int Step, int Steps, int Epoch, double Loss, long Tokens, TimeSpan Elapsed);
