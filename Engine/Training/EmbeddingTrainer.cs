using System.Diagnostics;
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
public sealed class EmbeddingTrainer
{
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
    /// <exception cref="QEngineException">There is nothing to train, some queries have nothing to be compared with, or the settings do not fit the examples.</exception>
    public EmbeddingTrainer(EmbeddingModel<float> model, TrainingSet set, Objective<float> objective, TrainingOptions options, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        (_set, _options) = (set, options);
        options.Check();
        RequireComparisons(set, objective, options);
        _tape = new Tape<float>(workers, recording: true, model.Parameters.Gradients, options.CheckpointActivations);
        _optimizer = new AdamOptimizer(model.Parameters, ParameterGroup.Of(model, (options.HeadLearningRate ?? options.LearningRate) / options.LearningRate), options.Adam, workers);
        if (_optimizer.Trainable == 0) throw new QEngineException("expected something to train, found a frozen encoder and a head without parameters");
        _statistics = new EpochStatistics(_optimizer.Groups.Count);
        int perStep = options.BatchSize * options.AccumulationSteps;
        StepsPerEpoch = (set.Examples.Count + perStep - 1) / perStep;
        Steps = options.Steps ?? StepsPerEpoch * options.Epochs;
        _schedule = new LearningRateSchedule(options.LearningRate, (int)Math.Round(Steps * options.WarmupShare), options.Decay ? Steps : 0);
        _order = new int[set.Examples.Count];
        _batch = new BatchObjective(model, set, objective, options, workers);
    }

    /// <summary>Steps of one pass over the examples.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Steps of the whole run.</summary>
    public int Steps { get; }

    /// <summary>Steps done.</summary>
    public int Done => _optimizer.Steps;

    /// <summary>Tokens encoded so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Epoch of the next step, or of the last one where that ended the epoch or the run; from 1.</summary>
    public int Epoch => 1 + ((EpochEnded ? Done - 1 : Done) / StepsPerEpoch);

    /// <summary>Whether the last step ended an epoch or the run.</summary>
    public bool EpochEnded => Done > 0 && (Done % StepsPerEpoch == 0 || Done == Steps);

    /// <summary>What the epoch's steps so far came to; the next epoch's first step begins anew.</summary>
    public EpochStatistics Statistics => _statistics;

    /// <summary>Names of the groups whose gradient norms <see cref="Statistics"/> has, in order.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _optimizer.Groups;

    /// <summary>Runs all steps that are left, epoch after epoch.</summary>
    /// <param name="progress">Called after every step.</param>
    /// <param name="epochEnd">Called after every epoch with its number from 1 and its mean loss.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the model holds what the last whole step left.</exception>
    /// <exception cref="QEngineException">A loss or gradient is not finite.</exception>
    public void Run(Action<TrainingProgress>? progress = null, Action<int, double>? epochEnd = null, CancellationToken cancellation = default)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (Done < Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            double loss = Step();
            progress?.Invoke(new TrainingProgress(Done, Steps, Epoch, loss, Tokens, watch.Elapsed));
            if (EpochEnded) epochEnd?.Invoke(Epoch, Statistics.Loss);
        }
    }

    /// <summary>The next step of the run.</summary>
    /// <returns>The mean loss before the step, in nats.</returns>
    /// <exception cref="QEngineException">A loss or gradient is not finite.</exception>
    public double Step()
    {
        int epoch = Done / StepsPerEpoch, perStep = _options.BatchSize * _options.AccumulationSteps, first = Done % StepsPerEpoch * perStep;
        if (epoch != _orderedEpoch) Order(epoch);
        return Step(_order.AsSpan(first, Math.Min(perStep, _order.Length - first)));
    }

    /// <summary>One step on given examples.</summary>
    /// <param name="examples">Indices of examples.</param>
    /// <returns>The mean loss before the step, in nats.</returns>
    internal double Step(ReadOnlySpan<int> examples)
    {
        if (EpochEnded) _statistics.Clear();
        SplittableRandom random = new SplittableRandom(_options.Seed).Split(Draws).Split((ulong)Done);
        _optimizer.ClearGradients();
        _dropout.Begin(random.NextBits());
        double loss = 0;
        for (int first = 0; first < examples.Length;)
        {
            int count = _batch.Part(examples[first..]);
            loss += Accumulate(examples.Slice(first, count), (float)count / examples.Length, ref random);
            first += count;
        }
        if (!double.IsFinite(loss)) throw new QEngineException($"expected a finite loss, found {loss} at step {Done + 1}: lower the learning rate");
        _optimizer.Step(_schedule[Done]);
        _statistics.Add(loss, _optimizer.GroupNorms);
        return loss;
    }

    /// <summary>Hands the state of the run to a checkpoint.</summary>
    /// <param name="checkpoint">Receives it.</param>
    public void Save(TrainingCheckpointWriter checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Add(_optimizer);
        checkpoint.Add("tokens", Tokens);
        checkpoint.Add("epoch", _statistics.Save());
    }

    /// <summary>Goes on from a checkpoint of a run with the same settings and examples.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="QEngineException">It is not one of such a run.</exception>
    public void Restore(TrainingCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Restore(_optimizer);
        if (Done > Steps) throw checkpoint.Malformed("steps");
        Tokens = checkpoint.Integer("tokens");
        if (!_statistics.TryRestore(checkpoint.Text("epoch"))) throw checkpoint.Malformed("epoch");
    }

    /// <summary>Adds the gradients of part of a step; its weighted loss is returned.</summary>
    private double Accumulate(ReadOnlySpan<int> examples, float weight, ref SplittableRandom random)
    {
        ObjectiveValue<float> value = _batch.Apply(_tape, examples, _dropout, ref random);
        _statistics.Ranking = _statistics.Ranking.With(value.Scores.Span, _batch.Candidates);
        _tape.Backward(value.Loss, [weight]);
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
        if (objective.UsesTargets != set.HasTargets) throw new QEngineException($"expected {(objective.UsesTargets ? "scores to follow" : "no scores to follow, which this loss does not use")}, found {(set.HasTargets ? "some" : "none")}");
        if (set.HasTargets && options.InBatchNegatives) throw new QEngineException("expected no in-batch negatives with given scores, since these say nothing of other queries' passages");
        if (options.InBatchNegatives || set.HasTargets) return;
        for (int i = 0; i < set.Examples.Count; i++)
        {
            if (set.Examples[i].Negatives.Length == 0 || options.Negatives == 0)
                throw new QEngineException($"expected hard negatives for every query or in-batch negatives, found neither for example {i + 1}");
        }
    }
}
