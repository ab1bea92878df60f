using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>Trains an embedding model to rank a query's positive above its negatives, or to follow given scores.</summary>
/// <remarks>
/// Same seed, same bits, at any thread count. What is random in a step follows from the seed and the step's number alone, so
/// a run that is interrupted and restored from a <see cref="TrainingCheckpoint"/> ends with the bits of one that was not.
/// A warm step allocates nothing on the managed heap.
/// </remarks>
public sealed class EmbeddingTrainer : ITrainer
{
    /// <summary>Diagnostics: share of the queries whose candidates all scored the same; what names of gradient norms begin with.</summary>
    public const string TiedShare = "tied share", GradientPrefix = "gradient norm of ";

    // Which of the seed's generators draws what.
    private const ulong Orders = 1, Draws = 2;

    private readonly TrainingSet _set;
    private readonly TrainingOptions _options;
    private readonly IStepGradients _gradients;
    private readonly AdamOptimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly EpochStatistics _statistics;
    private readonly int[] _order;
    private int _orderedEpoch = -1;

    /// <summary>Prepares a run; parameters that are frozen now stay as they are.</summary>
    /// <param name="model">The model; its encoder is not run again and again when all of it is frozen.</param>
    /// <param name="set">The examples.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="options">Settings.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">
    /// There is nothing to train, some queries have nothing to be compared with, or the settings do not fit the examples.
    /// </exception>
    public EmbeddingTrainer(
        EmbeddingModel<float> model, TrainingSet set, Objective<float> objective, TrainingOptions options, WorkerPool workers)
        : this(model, set, objective, options, workers, ProcessGroup.Single)
    {
    }

    /// <summary>
    /// Prepares a run that several processes share; each has the same model, examples and settings. The pooled vectors of the set's texts
    /// under a frozen encoder may be known.
    /// </summary>
    internal EmbeddingTrainer(
        EmbeddingModel<float> model, TrainingSet set, Objective<float> objective, TrainingOptions options, WorkerPool workers,
        IProcessGroup group, PooledEmbeddingCache? pooled = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        (_set, _options, Parameters) = (set, options, model.Parameters);
        options.Check();
        RequireComparisons(set, objective, options);
        if (group.Size > options.Shards)
            throw new QEngineException($"expected at least {group.Size} shards for as many processes, found {options.Shards}");
        _optimizer = new AdamOptimizer(
            model.Parameters, ParameterGroup.Create(model, (options.HeadLearningRate ?? options.LearningRate) / options.LearningRate),
            options.Adam, workers);
        if (_optimizer.Trainable == 0)
            throw new QEngineException("expected something to train, found a frozen encoder and a head without parameters");
        _statistics = new EpochStatistics(_optimizer.Groups.Count);
        int perStep = options.BatchSize * options.AccumulationSteps;
        StepsPerEpoch = (set.Examples.Count + perStep - 1) / perStep;
        long steps = options.Steps ?? (long)StepsPerEpoch * options.Epochs;
        if (steps > int.MaxValue)
            throw new QEngineException(
                $"expected at most {int.MaxValue} steps, found {StepsPerEpoch} an epoch and {options.Epochs} epochs");
        Steps = (int)steps;
        _schedule = new LearningRateSchedule(options.LearningRate, (int)Math.Round(Steps * options.WarmupShare), options.Decay ? Steps : 0);
        _order = new int[set.Examples.Count];
        _gradients = Gradients(model, objective, workers, group, pooled);
    }

    /// <summary>Steps of one pass over the examples.</summary>
    public int StepsPerEpoch { get; }

    /// <inheritdoc/>
    public ParameterStore<float> Parameters { get; }

    /// <inheritdoc/>
    public int Steps { get; }

    /// <inheritdoc/>
    public int CompletedSteps => _optimizer.Steps;

    /// <inheritdoc/>
    public long Tokens { get; private set; }

    /// <inheritdoc/>
    public int Epoch => 1 + ((EpochEnded ? CompletedSteps - 1 : CompletedSteps) / StepsPerEpoch);

    /// <inheritdoc/>
    public bool EpochEnded => CompletedSteps > 0 && (CompletedSteps % StepsPerEpoch == 0 || CompletedSteps == Steps);

    /// <summary>What the epoch's steps so far came to; the next epoch's first step begins anew.</summary>
    internal EpochStatistics Statistics => _statistics;

    /// <summary>Names of the groups whose gradient norms <see cref="Statistics"/> has, in order.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _optimizer.Groups;

    /// <inheritdoc/>
    public double Step()
    {
        int epoch = CompletedSteps / StepsPerEpoch, perStep = _options.BatchSize * _options.AccumulationSteps,
            first = CompletedSteps % StepsPerEpoch * perStep;
        if (epoch != _orderedEpoch) Order(epoch);
        return Step(_order.AsSpan(first, Math.Min(perStep, _order.Length - first)));
    }

    /// <summary>One step on given examples.</summary>
    /// <param name="examples">Indices of examples.</param>
    /// <returns>The mean loss before the step, in nats.</returns>
    internal double Step(ReadOnlySpan<int> examples)
    {
        if (EpochEnded) _statistics.Clear();
        SplittableRandom random = new SplittableRandom(_options.Seed).Split(Draws).Split((ulong)CompletedSteps);
        _optimizer.ClearGradients();
        (double loss, _statistics.Ranking, long tokens) = _gradients.Compute(examples, random, _statistics.Ranking);
        Tokens += tokens;
        if (!double.IsFinite(loss))
            throw new QEngineException($"expected a finite loss, found {loss} at step {CompletedSteps + 1}: lower the learning rate");
        _optimizer.Step(_schedule[CompletedSteps]);
        _statistics.Add(loss, _optimizer.GroupNorms);
        return loss;
    }

    /// <inheritdoc/>
    public void Report(EpochReportBuilder report)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.AddMeasure(EpochReport.Loss, _statistics.Loss);
        report.AddMeasure(EpochReport.Accuracy, _statistics.Ranking.Accuracy);
        report.AddDiagnostic(TiedShare, _statistics.Ranking.TiedShare);
        for (int group = 0; group < Groups.Count; group++)
            if (!Groups[group].IsFrozen) report.AddDiagnostic(GradientPrefix + Groups[group].Name, _statistics.GradientNorm(group));
    }

    /// <inheritdoc/>
    public void Save(TrainingCheckpointWriter checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Add(_optimizer);
        checkpoint.Add("tokens", Tokens);
        checkpoint.Add("epoch", _statistics.Save());
    }

    /// <inheritdoc/>
    public void Restore(TrainingCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Restore(_optimizer);
        if (CompletedSteps > Steps) throw checkpoint.Malformed("steps");
        Tokens = checkpoint.Integer("tokens");
        if (!_statistics.TryRestore(checkpoint.Text("epoch"))) throw checkpoint.Malformed("epoch");
    }

    /// <summary>
    /// One shard is the whole step. Of a frozen encoder nothing is left to share where the batch has to be together: every process does
    /// all of it.
    /// </summary>
    private IStepGradients Gradients(
        EmbeddingModel<float> model, Objective<float> objective, WorkerPool workers, IProcessGroup group,
        PooledEmbeddingCache? pooled)
    {
        bool together = _options.InBatchNegatives || objective.NeedsWholeBatch;
        if (_options.Shards > 1 && together && _optimizer.RangesBelow(model.EncoderLength).Length > 0)
            return new TextShards(Tape(), Tape(), model, _set, objective, _options, Sum(model.EncoderLength), group);
        BatchGradients batch = new(Tape(), new BatchObjective(model, _set, objective, _options, workers, pooled));
        return _options.Shards > 1 && !together ? new ExampleShards(batch, Sum(model.Parameters.Count), _options.Shards, group) : batch;

        Tape<float> Tape() => new(workers, recording: true, model.Parameters.Gradients, _options.CheckpointActivations);

        GradientSum Sum(int end) => new(model.Parameters, _optimizer.RangesBelow(end), _options.Shards, group, workers);
    }

    private void Order(int epoch)
    {
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        new SplittableRandom(_options.Seed).Split(Orders).Split((ulong)epoch).Shuffle<int>(_order);
        _orderedEpoch = epoch;
    }

    private static void RequireComparisons(TrainingSet set, Objective<float> objective, TrainingOptions options)
    {
        if (set.Examples.Count == 0) throw new QEngineException("expected training examples, found none");
        if (objective.UsesTargets != set.HasTargets)
            throw new QEngineException(
                $"expected {(objective.UsesTargets ? "scores to follow" : "no scores to follow, which this loss does not use")}, "
                + $"found {(set.HasTargets ? "some" : "none")}");
        if (set.HasTargets && options.InBatchNegatives)
            throw new QEngineException(
                "expected no in-batch negatives with given scores, since these say nothing of other queries' passages");
        if (options.InBatchNegatives || set.HasTargets) return;
        for (int i = 0; i < set.Examples.Count; i++)
        {
            if (set.Examples[i].Negatives.Length == 0 || options.Negatives == 0)
                throw new QEngineException(
                    $"expected hard negatives for every query or in-batch negatives, found neither for example {i + 1}");
        }
    }
}
