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

    /// <summary>
    /// Batches of a step: their gradients are added up, as a batch that many times as large would have them, but in-batch
    /// negatives stay within a batch.
    /// </summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Largest learning rate.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>The same for the head; null for <see cref="LearningRate"/>.</summary>
    public double? HeadLearningRate { get; init; }

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

    /// <summary>
    /// Texts that go through the encoder at once where those of a batch have to be together: the memory is that of so many, and each text
    /// is encoded twice (GradCache: Gao et al., arXiv 2101.06983). Null for all at once. Loss and scores have the same bits with and
    /// without; gradients of the encoder differ in their last digits.
    /// </summary>
    public int? MiniBatchSize { get; init; }

    /// <summary>
    /// Whether only the inputs of the encoder's layers are kept for the backward pass: less memory, one more forward pass.
    /// </summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>
    /// Parts, a power of two, into which a step is cut for the processes that may share it; their gradients are added up in a fixed tree,
    /// so the result depends on this number and not on who computes them. 1 for a step that is not cut.
    /// </summary>
    public int Shards { get; init; } = 1;

    /// <summary>Picks order, negatives and dropout.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="QEngineException">One is out of its range.</exception>
    public void Check()
    {
        if (Epochs < 1 || Steps < 1) throw new QEngineException($"expected at least 1 epoch and 1 step, found {Epochs} and {Steps ?? 1}");
        if (BatchSize < 1 || AccumulationSteps < 1)
            throw new QEngineException(
                $"expected a batch of at least 1 and at least 1 batch a step, found {BatchSize} and {AccumulationSteps}");
        if ((long)BatchSize * AccumulationSteps > Array.MaxLength)
            throw new QEngineException($"expected at most {Array.MaxLength} queries a step, found {BatchSize} x {AccumulationSteps}");
        if (MiniBatchSize < 1) throw new QEngineException($"expected a mini-batch of at least 1 text, found {MiniBatchSize}");
        if (Shards < 1 || !int.IsPow2(Shards)) throw new QEngineException($"expected shards that are a power of two, found {Shards}");
        if (Negatives < 0) throw new QEngineException($"expected no negative number of negatives, found {Negatives}");
        RequireRate(LearningRate);
        RequireRate(HeadLearningRate ?? LearningRate);
    }

    private static void RequireRate(double rate)
    {
        if (!(rate > 0) || !double.IsFinite(rate)) throw new QEngineException($"expected a learning rate above 0, found {rate}");
    }
}
