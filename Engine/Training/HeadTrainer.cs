using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>Trains a head alone over fixed embeddings that lie in groups of query, positive, negatives.</summary>
public sealed class HeadTrainer
{
    private readonly ParameterStore<float> _store;
    private readonly IHead<float> _head;
    private readonly Objective<float> _objective;
    private readonly float[] _embeddings;
    private readonly int _columns, _groupSize, _batch;
    private readonly Tape<float> _tape;
    private readonly AdamOptimizer _optimizer;
    private readonly CandidateList _candidates = new();
    private readonly int[] _order;
    private readonly bool _shuffle;
    private SplittableRandom _random;
    private int _next;

    /// <summary>Prepares a run.</summary>
    /// <param name="store">The head's parameters with their values.</param>
    /// <param name="head">The head.</param>
    /// <param name="objective">What is minimised; its loss asks for no targets.</param>
    /// <param name="embeddings">[groups x group size, columns].</param>
    /// <param name="columns">Width of an embedding.</param>
    /// <param name="groupSize">Rows of a group, at least 3: query, positive, negatives.</param>
    /// <param name="batch">Groups of a step.</param>
    /// <param name="shuffle">New random order at every pass; otherwise the file's order, wrapping round.</param>
    /// <param name="seed">Picks the order.</param>
    /// <param name="adam">Settings of Adam.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">The numbers do not fit together.</exception>
    public HeadTrainer(
        ParameterStore<float> store, IHead<float> head, Objective<float> objective, float[] embeddings, int columns, int groupSize, int batch, bool shuffle, ulong seed, AdamSettings adam, WorkerPool workers)
    {
        (_store, _head, _objective, _embeddings, _columns, _groupSize, _shuffle) = (store, head, objective, embeddings, columns, groupSize, shuffle);
        if (groupSize < 3) throw new QEngineException($"expected groups of at least 3 rows (query, positive, negatives), found {groupSize}");
        int rows = embeddings.Length / columns;
        if (rows == 0 || rows % groupSize != 0) throw new QEngineException($"expected a number of rows that is a multiple of the group size {groupSize}, found {rows}");
        if (batch < 1) throw new QEngineException($"expected a batch of at least 1 group, found {batch}");
        _order = new int[rows / groupSize];
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        _batch = Math.Min(batch, _order.Length);
        _random = new SplittableRandom(seed);
        _next = _order.Length;
        _tape = new Tape<float>(workers, recording: true, store.Gradients);
        _optimizer = new AdamOptimizer(store, adam, workers);
        if (_optimizer.Trainable == 0) throw new QEngineException("expected a head with parameters to train, found none (the output dimension is the input's)");
    }

    /// <summary>One step on the next groups.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <returns>The mean loss before the step, in nats.</returns>
    /// <exception cref="QEngineException">The loss or a gradient is not finite.</exception>
    public double Step(double learningRate)
    {
        _tape.Reset();
        _optimizer.ClearGradients();
        Tensor<float> rows = Gather();
        Tensor<float> loss = _objective.Apply(_tape, _head.Forward(_tape, rows), _candidates, default).Loss;
        _tape.Backward(loss);
        double value = loss.Span[0];
        if (!double.IsFinite(value)) throw new QEngineException($"expected a finite loss, found {value} at step {_optimizer.Steps + 1}: lower the learning rate");
        _optimizer.Step(learningRate);
        return value;
    }

    private Tensor<float> Gather()
    {
        Tensor<float> rows = _tape.Save(new Shape(_batch * _groupSize, _columns));
        _candidates.Reset(_batch, _groupSize - 1);
        int size = _groupSize * _columns;
        for (int query = 0; query < _batch; query++)
        {
            _embeddings.AsSpan(Next() * size, size).CopyTo(rows.Span[(query * size)..]);
            _candidates.SetQuery(query, query * _groupSize);
            for (int place = 0; place < _groupSize - 1; place++) _candidates.SetCandidate(query, place, (query * _groupSize) + 1 + place);
        }
        return rows;
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
