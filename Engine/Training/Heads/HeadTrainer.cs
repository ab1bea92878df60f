using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>How a head is trained.</summary>
public sealed record HeadTrainingOptions
{
    /// <summary>Steps of the run, at least 1.</summary>
    public required int Steps { get; init; }

    /// <summary>Examples of a step; all there are where there are fewer.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Whether every pass has a new random order; otherwise the given order, wrapping round.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Largest learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Whether the learning rate rises over the first tenth of the steps and then falls linearly to 0, or stays.</summary>
    public bool Decay { get; init; }

    /// <summary>Settings of Adam.</summary>
    public AdamSettings Adam { get; init; } = new();

    /// <summary>Picks the order.</summary>
    public ulong Seed { get; init; } = 42;
}

/// <summary>Trains a head alone over vectors that stay as they are.</summary>
/// <remarks>Same seed, same bits, at any thread count. A warm step allocates nothing on the managed heap.</remarks>
public sealed class HeadTrainer : ITrainer
{
    private const double WarmupShare = 0.1;

    private readonly IHead<float> _head;
    private readonly Objective<float> _objective;
    private readonly HeadExamples _examples;
    private readonly Tape<float> _tape;
    private readonly AdamOptimizer _optimizer;
    private readonly HeadBatch _batch = new();
    private readonly WorkerPool _workers;
    private readonly int[] _order, _chosen;
    private readonly bool _shuffle;
    private readonly LearningRateSchedule _schedule;
    private readonly EpochStatistics _statistics = new(groups: 0);
    private SplittableRandom _random;
    private int _next;

    /// <summary>Prepares a run.</summary>
    /// <param name="store">The head's parameters with their values.</param>
    /// <param name="head">The head.</param>
    /// <param name="objective">What is minimised; its loss fits the examples.</param>
    /// <param name="examples">The vectors and what is compared.</param>
    /// <param name="options">Settings.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">There is nothing to train or to learn from.</exception>
    public HeadTrainer(
        ParameterStore<float> store, IHead<float> head, Objective<float> objective, HeadExamples examples, HeadTrainingOptions options,
        WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        (_head, _objective, _examples, _shuffle, _workers) = (head, objective, examples, options.Shuffle, workers);
        if (options.Steps < 1) throw new QEngineException($"expected at least 1 step, found {options.Steps}");
        (Parameters, Steps) = (store, options.Steps);
        if (options.Batch < examples.MinBatch)
            throw new QEngineException($"expected a batch of at least {examples.MinBatch}, found {options.Batch}");
        if (examples.Count < examples.MinBatch)
            throw new QEngineException($"expected at least {examples.MinBatch} training examples, found {examples.Count}");
        _order = new int[examples.Count];
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        _chosen = new int[Math.Min(options.Batch, _order.Length)];
        _random = new SplittableRandom(options.Seed);
        _next = _order.Length;
        _tape = new Tape<float>(workers, recording: true, store.Gradients);
        _schedule = new LearningRateSchedule(
            options.LearningRate, options.Decay ? (int)Math.Round(WarmupShare * Steps) : 0, options.Decay ? Steps : 0);
        _optimizer = new AdamOptimizer(store, options.Adam, workers);
        if (_optimizer.Trainable == 0)
            throw new QEngineException(
                "expected a head with parameters to train, found none (a quantum head that keeps all numbers, or an entangled one with "
                + "a qubit for each)");
    }

    /// <inheritdoc/>
    public ParameterStore<float> Parameters { get; }

    /// <inheritdoc/>
    public int Steps { get; }

    /// <inheritdoc/>
    public int CompletedSteps => _optimizer.Steps;

    /// <summary>Steps of one pass over the examples; the last one may take the first examples of the next pass too.</summary>
    public int StepsPerEpoch => StepsOfEpoch(_order.Length, _chosen.Length);

    /// <inheritdoc/>
    public int Epoch => 1 + ((EpochEnded ? CompletedSteps - 1 : CompletedSteps) / StepsPerEpoch);

    /// <inheritdoc/>
    public bool EpochEnded => CompletedSteps > 0 && (CompletedSteps % StepsPerEpoch == 0 || CompletedSteps == Steps);

    /// <inheritdoc/>
    public long Tokens => 0;

    /// <summary>Steps of one pass over some examples.</summary>
    /// <param name="examples">How many there are, at least 1.</param>
    /// <param name="batch">Examples of a step, at least 1.</param>
    public static int StepsOfEpoch(int examples, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return (int)(((long)examples + Math.Min(batch, examples) - 1) / Math.Min(batch, examples));
    }

    /// <inheritdoc/>
    public double Step()
    {
        if (EpochEnded) _statistics.Clear();
        for (int i = 0; i < _chosen.Length; i++) _chosen[i] = Next();
        _examples.Fill(_chosen, _batch);
        _tape.Reset();
        _optimizer.ClearGradients();
        Tensor<float> vectors = _tape.Save(new Shape(_batch.Rows.Count, _examples.Columns));
        _examples.Gather(_batch, vectors, _workers);
        _examples.SetTargets(_batch, vectors.Span, _workers);
        Tensor<float> loss = _objective.Apply(_tape, _head.Forward(_tape, vectors), _batch.Candidates, _batch.Targets).Loss;
        _tape.Backward(loss);
        double value = loss.Span[0];
        if (!double.IsFinite(value))
            throw new QEngineException($"expected a finite loss, found {value} at step {_optimizer.Steps + 1}: lower the learning rate");
        _optimizer.Step(_schedule[CompletedSteps]);
        _statistics.Add(value, []);
        return value;
    }

    /// <inheritdoc/>
    public void Report(EpochReportBuilder report)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.AddMeasure(EpochReport.Loss, _statistics.Loss);
    }

    /// <inheritdoc/>
    public void Save(TrainingCheckpointWriter checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Add(_optimizer);
        checkpoint.Add("epoch", _statistics.Save());
    }

    /// <inheritdoc/>
    public void Restore(TrainingCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Restore(_optimizer);
        if (CompletedSteps > Steps) throw checkpoint.Malformed("steps");
        if (!_statistics.TryRestore(checkpoint.Text("epoch"))) throw checkpoint.Malformed("epoch");
        // The order of a pass is made of the one before.
        for (long example = 0; example < (long)CompletedSteps * _chosen.Length; example++) Next();
    }

    private int Next()
    {
        if (_next == _order.Length)
        {
            _next = 0;
            if (_shuffle) _random.Shuffle<int>(_order);
        }
        return _order[_next++];
    }
}
