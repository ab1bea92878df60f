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
    private readonly Tape<float> _tape;
    private readonly BatchObjective _batch;
    private readonly AdamOptimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();
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
        : this(model, set, objective, options, workers, null)
    {
    }

    /// <summary>The same where the pooled vectors of the set's texts under a frozen encoder are known.</summary>
    internal EmbeddingTrainer(
        EmbeddingModel<float> model, TrainingSet set, Objective<float> objective, TrainingOptions options, WorkerPool workers,
        PooledEmbeddingCache? pooled)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        (_set, _options, Parameters) = (set, options, model.Parameters);
        options.Check();
        RequireComparisons(set, objective, options);
        _tape = new Tape<float>(workers, recording: true, model.Parameters.Gradients, options.CheckpointActivations);
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
        _batch = new BatchObjective(model, set, objective, options, workers, pooled);
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
        _dropout.Begin(random.NextBits());
        double loss = 0;
        for (int first = 0; first < examples.Length;)
        {
            int count = _batch.Part(examples[first..]);
            loss += Accumulate(examples.Slice(first, count), (float)count / examples.Length, ref random);
            first += count;
        }
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

    /// <summary>Adds the gradients of part of a step; its weighted loss is returned.</summary>
    private double Accumulate(ReadOnlySpan<int> examples, float weight, ref SplittableRandom random)
    {
        ObjectiveValue<float> value = _batch.Apply(_tape, examples, _dropout, ref random);
        _statistics.Ranking = _statistics.Ranking.With(value.Scores.Span, _batch.Candidates);
        // What is computed again in the backward pass takes its dropouts again; the next part's follow those of this one.
        DropoutSequence.Place end = _dropout.Position;
        _tape.Backward(value.Loss, [weight]);
        _dropout.Resume(end);
        Tokens += _batch.Tokens;
        return weight * value.Loss.Span[0];
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
