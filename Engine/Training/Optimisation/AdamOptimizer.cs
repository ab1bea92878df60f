using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>Settings of Adam; the defaults are PyTorch's, and no clipping.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled weight decay (AdamW); 0 for plain Adam.</param>
/// <param name="ClipNorm">Largest Euclidean norm of all gradients together; infinite for no clipping.</param>
public sealed record AdamSettings(
    float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float WeightDecay = 0, double ClipNorm = double.PositiveInfinity);

/// <summary>Adam with bias correction over the trainable parameters of a store.</summary>
public sealed class AdamOptimizer
{
    private readonly AdamSettings _settings;
    private readonly ParameterStore<float> _store;
    private readonly WorkerPool _workers;
    private readonly IReadOnlyList<ParameterGroup> _groups;
    private readonly List<(int Start, int Length, int Group)> _ranges = [];
    private readonly List<Parameter<float>> _trainable = [];
    private readonly double[] _norms;
    private readonly float[] _first, _second;

    /// <summary>Prepares the moments, zeros, for one group of all parameters.</summary>
    /// <param name="store">The parameters.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="workers">The threads to use.</param>
    public AdamOptimizer(ParameterStore<float> store, AdamSettings settings, WorkerPool workers)
        : this(store, [new ParameterGroup("all", (store ?? throw new ArgumentNullException(nameof(store))).Parameters)], settings, workers)
    {
    }

    /// <summary>Prepares the moments, zeros; parameters frozen at this time are left out.</summary>
    /// <param name="store">The parameters.</param>
    /// <param name="groups">The same in groups; each in one of them, in the order of the store.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="workers">The threads to use.</param>
    public AdamOptimizer(ParameterStore<float> store, IReadOnlyList<ParameterGroup> groups, AdamSettings settings, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(workers);
        (_store, _groups, _settings, _workers) = (store, groups, settings, workers);
        _norms = new double[groups.Count];
        for (int group = 0; group < groups.Count; group++)
            foreach (Parameter<float> parameter in groups[group].Parameters) Add(parameter, group);
        _first = GC.AllocateArray<float>(Math.Max(1, Trainable), pinned: true);
        _second = GC.AllocateArray<float>(Math.Max(1, Trainable), pinned: true);
    }

    /// <summary>Number of trainable elements.</summary>
    public int Trainable { get; private set; }

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>The groups.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>[groups], Euclidean norms of the groups' gradients in the last step, before clipping.</summary>
    public ReadOnlySpan<double> GroupNorms => _norms;

    /// <summary>[<see cref="Trainable"/>], running means of the gradients.</summary>
    public ReadOnlyMemory<float> FirstMoments => _first.AsMemory(0, Trainable);

    /// <summary>[<see cref="Trainable"/>], running means of the squared gradients.</summary>
    public ReadOnlyMemory<float> SecondMoments => _second.AsMemory(0, Trainable);

    /// <summary>Goes on from a saved state; the caller restores the parameters.</summary>
    /// <param name="steps">Steps done by then.</param>
    /// <param name="readMoments">Fills the first and the second moments, each [<see cref="Trainable"/>].</param>
    public void Restore(int steps, Action<Memory<float>, Memory<float>> readMoments)
    {
        ArgumentNullException.ThrowIfNull(readMoments);
        readMoments(_first.AsMemory(0, Trainable), _second.AsMemory(0, Trainable));
        Steps = steps;
        foreach (Parameter<float> parameter in _trainable) parameter.Changed();
    }

    /// <summary>Places of the trainable elements below an offset of the store.</summary>
    internal (int Start, int Length)[] RangesBelow(int end)
    {
        List<(int Start, int Length)> ranges = [];
        foreach ((int start, int length, _) in _ranges)
            if (start < end) ranges.Add((start, length));
        return [.. ranges];
    }

    /// <summary>Clears the gradients of the trainable parameters before a step.</summary>
    public void ClearGradients()
    {
        foreach ((int start, int length, _) in _ranges) Elementwise.Clear(_workers, _store.Gradients.AsSpan(start, length));
    }

    /// <summary>Updates the parameters from the store's gradients.</summary>
    /// <param name="learningRate">Learning rate of this step; a group's is this times its factor.</param>
    /// <returns>Euclidean norm of the gradients before clipping.</returns>
    /// <exception cref="QEngineException">The gradients are not finite; nothing is changed.</exception>
    public double Step(double learningRate)
    {
        double norm = Norm();
        if (!double.IsFinite(norm))
            throw new QEngineException($"expected finite gradients, found a norm of {norm} at step {Steps + 1}: lower the learning rate");
        float scale = norm > _settings.ClipNorm ? (float)(_settings.ClipNorm / norm) : 1;
        Steps++;
        int moment = 0;
        foreach ((int start, int length, int group) in _ranges)
        {
            float rate = (float)(learningRate * _groups[group].RateFactor);
            Adam<float> adam = new(_settings.Beta1, _settings.Beta2, _settings.Epsilon, rate, _settings.WeightDecay, scale, Steps);
            adam.Update(
                _workers, _store.Values.AsSpan(start, length), _store.Gradients.AsSpan(start, length), _first.AsSpan(moment, length),
                _second.AsSpan(moment, length));
            moment += length;
        }
        foreach (Parameter<float> parameter in _trainable) parameter.Changed();
        return norm;
    }

    private double Norm()
    {
        Array.Clear(_norms);
        foreach ((int start, int length, int group) in _ranges)
            _norms[group] += SquaredNorm.Compute<float>(_workers, _store.Gradients.AsSpan(start, length));
        double squared = 0;
        for (int group = 0; group < _norms.Length; group++)
        {
            squared += _norms[group];
            _norms[group] = Math.Sqrt(_norms[group]);
        }
        return Math.Sqrt(squared);
    }

    private void Add(Parameter<float> parameter, int group)
    {
        if (parameter.Frozen) return;
        _trainable.Add(parameter);
        int start = parameter.Offset, length = parameter.Shape.Length;
        Trainable += length;
        bool follows = _ranges.Count > 0 && _ranges[^1].Group == group && _ranges[^1].Start + _ranges[^1].Length == start;
        if (follows) _ranges[^1] = (_ranges[^1].Start, _ranges[^1].Length + length, group);
        else _ranges.Add((start, length, group));
    }
}
