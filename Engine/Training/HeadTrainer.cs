using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>How a head is trained.</summary>
/// <param name="Batch">Examples of a step; all there are where there are fewer.</param>
/// <param name="Shuffle">New random order at every pass; otherwise the given order, wrapping round.</param>
/// <param name="Seed">Picks the order.</param>
/// <param name="Adam">Settings of Adam.</param>
public sealed record HeadTrainingOptions(int Batch, bool Shuffle, ulong Seed, AdamSettings Adam);

/// <summary>Trains a head alone over vectors that stay as they are.</summary>
/// <remarks>Same seed, same bits, at any thread count. A warm step allocates nothing on the managed heap.</remarks>
public sealed class HeadTrainer
{
    private readonly IHead<float> _head;
    private readonly Objective<float> _objective;
    private readonly HeadExamples _examples;
    private readonly Tape<float> _tape;
    private readonly AdamOptimizer _optimizer;
    private readonly HeadBatch _batch = new();
    private readonly WorkerPool _workers;
    private readonly int[] _order, _chosen;
    private readonly bool _shuffle;
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
    public HeadTrainer(ParameterStore<float> store, IHead<float> head, Objective<float> objective, HeadExamples examples, HeadTrainingOptions options, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        (_head, _objective, _examples, _shuffle, _workers) = (head, objective, examples, options.Shuffle, workers);
        if (options.Batch < examples.LeastBatch) throw new QEngineException($"expected a batch of at least {examples.LeastBatch}, found {options.Batch}");
        if (examples.Count < examples.LeastBatch) throw new QEngineException($"expected at least {examples.LeastBatch} training examples, found {examples.Count}");
        _order = new int[examples.Count];
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        _chosen = new int[Math.Min(options.Batch, _order.Length)];
        _random = new SplittableRandom(options.Seed);
        _next = _order.Length;
        _tape = new Tape<float>(workers, recording: true, store.Gradients);
        _optimizer = new AdamOptimizer(store, options.Adam, workers);
        if (_optimizer.Trainable == 0) throw new QEngineException("expected a head with parameters to train, found none (the output dimension is the input's)");
    }

    /// <summary>Steps of one pass over the examples; the last one may take the first examples of the next pass too.</summary>
    public int StepsPerEpoch => (_order.Length + _chosen.Length - 1) / _chosen.Length;

    /// <summary>One step on the next examples.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <returns>The loss before the step.</returns>
    /// <exception cref="QEngineException">The loss or a gradient is not finite.</exception>
    public double Step(double learningRate)
    {
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
        if (!double.IsFinite(value)) throw new QEngineException($"expected a finite loss, found {value} at step {_optimizer.Steps + 1}: lower the learning rate");
        _optimizer.Step(learningRate);
        return value;
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
