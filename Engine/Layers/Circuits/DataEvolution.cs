using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// States that data and trained unitaries act on in turn: |+...+&gt;, then in every layer exp(i t A), A a row's numbers as a symmetric
/// matrix, and exp(i sum of theta[P] P) over all Pauli strings. Parameters of every layer <c>theta</c> [4^n - 1] and, where t is trained,
/// <c>time</c> [1], all from N(0, 1).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class DataEvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>[] _theta;
    private readonly Parameter<T>?[] _times;
    private readonly int _qubits;
    private readonly T _scale;
    private readonly Tensor<T> _start, _zeros, _fixedTime;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names; a layer's number follows.</param>
    /// <param name="qubits">n, from 1 to <see cref="PauliSum.MaxQubits"/>.</param>
    /// <param name="layers">How many, at least 1.</param>
    /// <param name="scale">t, or what the trained number is multiplied by.</param>
    /// <param name="trainsTime">Whether a number of its own for every layer is trained.</param>
    public DataEvolution(ParameterStore<T> store, string name, int qubits, int layers, double scale, bool trainsTime)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        Require.Range(qubits, 1, PauliSum.MaxQubits);
        Require.Range(layers, 1, int.MaxValue);
        (_qubits, _scale, _theta, _times) = (qubits, T.CreateTruncating(scale), new Parameter<T>[layers], new Parameter<T>?[layers]);
        for (int layer = 0; layer < layers; layer++)
        {
            if (trainsTime) _times[layer] = store.Vector($"{name}.{layer}.time", 1, Initializer.Normal(1));
            _theta[layer] = store.Vector($"{name}.{layer}.theta", PauliSum.Strings(qubits), Initializer.Normal(1));
        }
        T[] start = new T[2 << qubits];
        start.AsSpan(0, 1 << qubits).Fill(T.CreateTruncating(Math.Pow(2, -0.5 * qubits)));
        _start = new(start, Shape.Vector(start.Length));
        _zeros = new(new T[start.Length], _start.Shape);
        _fixedTime = new([_scale], Shape.Scalar);
    }

    /// <summary>Runs all layers.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, numbers], at most 4^n; zeros are added up to as many.</param>
    /// <returns>[rows, 2 2^n], real and then imaginary parts of the states.</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        Spectra<T> matrices = Spectra<T>.Of(tape, x, 1 << _qubits);
        Tensor<T> states = tape.Save(new Shape(x.Rows, _start.Columns));
        for (int row = 0; row < x.Rows; row++) _start.Span.CopyTo(states.Span[(row * _start.Columns)..]);
        for (int layer = 0; layer < _theta.Length; layer++)
        {
            Tensor<T> time = _times[layer] is { } trained ? Activations.Affine(tape, trained.Tensor, _scale, T.Zero) : _fixedTime;
            states = Evolution.Apply(tape, matrices, time, states);
            states = Linear.Apply(tape, states, PauliUnitary.Apply(tape, _qubits, _theta[layer].Tensor), _zeros);
        }
        return tape.Release(mark, states);
    }
}
