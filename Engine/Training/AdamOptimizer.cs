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
public sealed record AdamSettings(float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float WeightDecay = 0, double ClipNorm = double.PositiveInfinity);

/// <summary>Adam with bias correction over the trainable parameters of a store.</summary>
public sealed class AdamOptimizer
{
    private readonly AdamSettings _settings;
    private readonly ParameterStore<float> _store;
    private readonly WorkerPool _workers;
    private readonly List<(int Start, int Length)> _ranges = [];
    private readonly List<Parameter<float>> _trainable = [];
    private readonly float[] _first, _second;

    /// <summary>Prepares the moments, zeros; parameters frozen at this time are left out.</summary>
    /// <param name="store">The parameters.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="workers">The threads to use.</param>
    public AdamOptimizer(ParameterStore<float> store, AdamSettings settings, WorkerPool workers)
    {
        (_store, _settings, _workers) = (store, settings, workers);
        int trainable = 0;
        foreach (Parameter<float> parameter in store.Parameters)
        {
            if (parameter.Frozen) continue;
            _trainable.Add(parameter);
            int start = parameter.Offset, length = parameter.Shape.Length;
            trainable += length;
            if (_ranges.Count > 0 && _ranges[^1].Start + _ranges[^1].Length == start) _ranges[^1] = (_ranges[^1].Start, _ranges[^1].Length + length);
            else _ranges.Add((start, length));
        }
        _first = GC.AllocateArray<float>(Math.Max(1, trainable), pinned: true);
        _second = GC.AllocateArray<float>(Math.Max(1, trainable), pinned: true);
        Trainable = trainable;
    }

    /// <summary>Number of trainable elements.</summary>
    public int Trainable { get; }

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>Clears the gradients of the trainable parameters before a step.</summary>
    public void ClearGradients()
    {
        foreach ((int start, int length) in _ranges) Elementwise.Clear(_workers, _store.Gradients.AsSpan(start, length));
    }

    /// <summary>Updates the parameters from the store's gradients.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <returns>Euclidean norm of the gradients before clipping.</returns>
    /// <exception cref="QEngineException">The gradients are not finite; nothing is changed.</exception>
    public double Step(double learningRate)
    {
        double squared = 0;
        foreach ((int start, int length) in _ranges) squared += SquaredNorm.Of<float>(_workers, _store.Gradients.AsSpan(start, length));
        double norm = Math.Sqrt(squared);
        if (!double.IsFinite(norm)) throw new QEngineException($"expected finite gradients, found a norm of {norm} at step {Steps + 1}: lower the learning rate");
        float scale = norm > _settings.ClipNorm ? (float)(_settings.ClipNorm / norm) : 1;
        Adam<float> adam = new(_settings.Beta1, _settings.Beta2, _settings.Epsilon, (float)learningRate, _settings.WeightDecay, scale, ++Steps);
        int moment = 0;
        foreach ((int start, int length) in _ranges)
        {
            adam.Update(_workers, _store.Values.AsSpan(start, length), _store.Gradients.AsSpan(start, length), _first.AsSpan(moment, length), _second.AsSpan(moment, length));
            moment += length;
        }
        foreach (Parameter<float> parameter in _trainable) parameter.Changed();
        return norm;
    }
}
