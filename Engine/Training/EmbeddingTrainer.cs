using System.Diagnostics;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>Trains an embedding model to rank a query's positive above its negatives.</summary>
/// <remarks>Same seed, same bits, at any thread count. A warm step allocates nothing on the managed heap.</remarks>
public sealed class EmbeddingTrainer
{
    private readonly EmbeddingModel<float> _model;
    private readonly TrainingSet _set;
    private readonly Objective<float> _objective;
    private readonly TrainingOptions _options;
    private readonly Tape<float> _tape;
    private readonly TrainingBatch _batch;
    private readonly AdamOptimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();
    private readonly FrozenPool? _frozen;
    private SplittableRandom _random;

    /// <summary>Prepares a run; parameters that are frozen now stay as they are.</summary>
    /// <param name="model">The model; its encoder is not run again and again when all of it is frozen.</param>
    /// <param name="set">The examples.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="options">Settings.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">There is nothing to train, or some queries have nothing to be compared with.</exception>
    public EmbeddingTrainer(EmbeddingModel<float> model, TrainingSet set, Objective<float> objective, TrainingOptions options, WorkerPool workers)
    {
        (_model, _set, _objective, _options) = (model, set, objective, options);
        Check(set, options);
        _tape = new Tape<float>(workers, recording: true, model.Parameters.Gradients, options.CheckpointActivations);
        _batch = new TrainingBatch(set);
        _optimizer = new AdamOptimizer(model.Parameters, options.Adam, workers);
        if (_optimizer.Trainable == 0) throw new QEngineException("expected something to train, found a frozen encoder and a head without parameters");
        StepsPerEpoch = (set.Examples.Count + options.BatchSize - 1) / options.BatchSize;
        Steps = options.Steps ?? StepsPerEpoch * options.Epochs;
        _schedule = new LearningRateSchedule(options.LearningRate, (int)Math.Round(Steps * options.WarmupShare), options.Decay ? Steps : 0);
        _random = new SplittableRandom(options.Seed);
        if (EncoderIsFrozen(model)) _frozen = new FrozenPool(model, set, workers);
    }

    /// <summary>Steps of one pass over the examples.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Steps of the whole run.</summary>
    public int Steps { get; }

    /// <summary>Tokens encoded so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Runs all steps, epoch after epoch.</summary>
    /// <param name="progress">Called after every step.</param>
    /// <param name="epochEnd">Called after every epoch with its number from 1 and its mean loss.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the model holds what the last whole step left.</exception>
    /// <exception cref="QEngineException">A loss or gradient is not finite.</exception>
    public void Run(Action<TrainingProgress>? progress = null, Action<int, double>? epochEnd = null, CancellationToken cancellation = default)
    {
        Stopwatch watch = Stopwatch.StartNew();
        int[] order = new int[_set.Examples.Count];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        for (int epoch = 1; _optimizer.Steps < Steps; epoch++)
        {
            _random.Shuffle<int>(order);
            double sum = 0;
            int count = Math.Min(StepsPerEpoch, Steps - _optimizer.Steps);
            for (int step = 0; step < count; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                int first = step * _options.BatchSize;
                double loss = Step(order.AsSpan(first, Math.Min(_options.BatchSize, order.Length - first)));
                sum += loss;
                progress?.Invoke(new TrainingProgress(_optimizer.Steps, Steps, epoch, loss, Tokens, watch.Elapsed));
            }
            epochEnd?.Invoke(epoch, sum / count);
        }
    }

    /// <summary>One step on given examples.</summary>
    /// <param name="examples">Indices of examples.</param>
    /// <returns>The mean loss before the step, in nats.</returns>
    public double Step(ReadOnlySpan<int> examples)
    {
        _optimizer.ClearGradients();
        _dropout.Begin(_random.NextBits());
        double loss = 0;
        for (int first = 0; first < examples.Length;)
        {
            int count = _options.InBatchNegatives ? examples.Length : Part(examples[first..]);
            loss += Accumulate(examples.Slice(first, count), (float)count / examples.Length);
            first += count;
        }
        if (!double.IsFinite(loss)) throw new QEngineException($"expected a finite loss, found {loss} at step {_optimizer.Steps + 1}: lower the learning rate");
        _optimizer.Step(_schedule[_optimizer.Steps]);
        return loss;
    }

    /// <summary>Adds the gradients of part of a step; its weighted loss is returned.</summary>
    private double Accumulate(ReadOnlySpan<int> examples, float weight)
    {
        _tape.Reset();
        _batch.Fill(examples, _options.Negatives, _options.InBatchNegatives, ref _random);
        Tensor<float> pooled = _frozen is null ? _model.Pool(_tape, _batch.Sequences, _dropout) : _frozen.Rows(_tape, _batch.Texts);
        Tensor<float> loss = _objective.Apply(_tape, _model.Represent(_tape, pooled), _batch.Candidates, default);
        _tape.Backward(loss, [weight]);
        Tokens += _batch.Sequences.Tokens;
        return weight * loss.Span[0];
    }

    /// <summary>How many of the examples fit the token budget; at least one.</summary>
    private int Part(ReadOnlySpan<int> examples)
    {
        long tokens = 0;
        for (int i = 0; i < examples.Length; i++)
        {
            TrainingExample example = _set.Examples[examples[i]];
            tokens += _set.Tokens(example.Query).Length + _set.Tokens(example.Positive).Length;
            for (int n = 0; n < Math.Min(_options.Negatives, example.Negatives.Length); n++) tokens += _set.Tokens(example.Negatives[n]).Length;
            if (tokens > _options.TokenBudget && i > 0) return i;
        }
        return examples.Length;
    }

    private static bool EncoderIsFrozen(EmbeddingModel<float> model)
    {
        for (int i = 0; i < model.EncoderParameters; i++)
            if (!model.Parameters.Parameters[i].Frozen) return false;
        return true;
    }

    private static void Check(TrainingSet set, TrainingOptions options)
    {
        if (set.Examples.Count == 0) throw new QEngineException("expected training examples, found none");
        if (options.Epochs < 1 || options.Steps < 1 || options.BatchSize < 1 || options.Negatives < 0)
            throw new QEngineException($"expected at least 1 epoch, a batch of at least 1 and no negative number of negatives, found {options.Epochs}, {options.BatchSize} and {options.Negatives}");
        if (!(options.LearningRate > 0) || !double.IsFinite(options.LearningRate)) throw new QEngineException($"expected a learning rate above 0, found {options.LearningRate}");
        if (options.InBatchNegatives) return;
        for (int i = 0; i < set.Examples.Count; i++)
        {
            if (set.Examples[i].Negatives.Length == 0 || options.Negatives == 0)
                throw new QEngineException($"expected hard negatives for every query or in-batch negatives, found neither for example {i + 1}");
        }
    }
}
