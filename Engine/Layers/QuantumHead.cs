using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The quantum head: encodes an embedding as d qubits and compresses them to k. Parameters
/// <c>steps.{i}.control</c>, <c>.target</c> and, for a controlled unitary, <c>.controlled</c>, each [4, width], of effective angles
/// [2, width]; then, if inputs are scaled, <c>encoding.log_scale</c>, [1] or [d].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class QuantumHead<T> : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterBlock<T>? _angles;
    private readonly Parameter<T>? _logScale;
    private readonly IReadOnlyList<Parameter<T>> _parameters;
    private volatile Kept? _kept;

    /// <summary>Declares the parameters: raw angles, drawn from N(0, 1), and ln tau, 0 at first.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="scale">What divides the inputs.</param>
    public QuantumHead(ParameterStore<T> store, Cascade cascade, EncodingScale scale = EncodingScale.None)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(cascade);
        Require.Named(scale);
        Cascade = cascade;
        Initializer normal = Initializer.Normal(1);
        int first = store.Parameters.Count;
        List<Parameter<T>> angles = [];
        int rows = cascade.AnglesPerUnitary;
        for (int step = 0; step < cascade.Widths.Length; step++)
        {
            int width = cascade.Widths[step];
            angles.Add(store.Matrix($"steps.{step}.control", rows, width, normal));
            angles.Add(store.Matrix($"steps.{step}.target", rows, width, normal));
            if (cascade.Gate == CompressionGate.ControlledU) angles.Add(store.Matrix($"steps.{step}.controlled", rows, width, normal));
        }
        // Without compression there is nothing to train.
        if (angles.Count > 0) _angles = new(store, Shape.Vector(cascade.Parameters), [.. angles]);
        // After the angles, whose draws depend on their place among the parameters.
        if (scale != EncodingScale.None)
            _logScale = store.Vector(LogScaleName, scale == EncodingScale.One ? 1 : cascade.InputQubits, Initializer.Zeros);
        _parameters = store.Since(first);
    }

    /// <summary>The tensor of ln tau.</summary>
    internal const string LogScaleName = "encoding.log_scale";

    /// <summary>The plan.</summary>
    public Cascade Cascade { get; }

    /// <summary>Applies the head.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, d].</param>
    /// <returns>[rows, 2k], Bloch x then z.</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!tape.ForTraining) return QuantumCompression.Infer(tape, Cascade, Numbers(), x);
        Tensor<T> raw = _angles?.Tensor ?? tape.Save(Shape.Vector(0));
        return QuantumCompression.Apply(tape, Cascade, x, raw, _logScale?.Tensor);
    }

    /// <summary>What inference reads in place of the parameters; made again after these have changed. Safe from many threads.</summary>
    private CascadeNumbers<T> Numbers()
    {
        int version = 0;
        for (int i = 0; i < _parameters.Count; i++) version += _parameters[i].Version;
        if (_kept is { } kept && kept.Version == version) return kept.Numbers;
        ReadOnlySpan<T> raw = _angles is { } angles ? angles.Tensor.Span : [], scale = _logScale is { } tau ? tau.Tensor.Span : [];
        CascadeNumbers<T> numbers = CascadeNumbers<T>.Of(Cascade, raw, scale);
        _kept = new Kept(numbers, version);
        return numbers;
    }

    /// <summary>The numbers, and the version of the parameters that they are of.</summary>
    private sealed record Kept(CascadeNumbers<T> Numbers, int Version);
}
