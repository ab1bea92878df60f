using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>What a <see cref="VqcLayer{T}"/> makes logits of.</summary>
internal enum VqcReadout
{
    /// <summary>Whether the measured bits are even or odd in number: two classes, even the first.</summary>
    Parity,

    /// <summary>Z of one qubit a class.</summary>
    Z,
}

/// <summary>
/// The variational classifier of Havlicek et al. (arXiv 1804.11326): the ZZ feature map, then columns of RY and RZ on every qubit with CZ
/// of neighbours in a ring between them, and logits of what is measured. Parameters <c>theta</c> [2 n (layers + 1)], uniform within pi, and
/// <c>bias</c> [classes], zeros.
/// </summary>
/// <remarks>
/// The publication decides by the parity's expectation plus a bias; here the two are logits f + b[0] and -f + b[1], which a softmax
/// cross-entropy trains by exact gradients, of the inputs too.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class VqcLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Circuit _circuit;
    private readonly Parameter<T> _theta, _bias;
    private readonly Tensor<T> _signs;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="features">n, numbers of a row and qubits, from 1 to <see cref="Circuit.MaxQubits"/>.</param>
    /// <param name="layers">Entangling layers, at least 0; one more column of rotations.</param>
    /// <param name="readout">What is measured.</param>
    /// <param name="classes">Two for the parity, otherwise from 1 to n.</param>
    /// <param name="repetitions">Of the feature map, at least 1.</param>
    public VqcLayer(
        ParameterStore<T> store, string name, int features, int layers, VqcReadout readout, int classes = 2, int repetitions = 2)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        Require.Range(layers, 0, int.MaxValue);
        Require.Named(readout);
        if (readout == VqcReadout.Parity) Require.Equal(classes, 2);
        else Require.Range(classes, 1, features);
        _circuit = Measured(Ansatz(ZzFeatureMap.Create(features, repetitions), layers), features, readout, classes).Build();
        _theta = store.Vector($"{name}.theta", _circuit.Parameters, Initializer.Uniform(Math.PI));
        _bias = store.Vector($"{name}.bias", classes, Initializer.Zeros);
        _signs = readout == VqcReadout.Parity ? new([T.One, -T.One], new Shape(2, 1)) : Identity(classes);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, n]; published data are from 0 to 2 pi.</param>
    /// <returns>[rows, classes], logits.</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(VqcLayer<T>), x.Shape, _circuit.Qubits);
        var mark = tape.Mark();
        Tensor<T> measured = CircuitExpectation.Apply(tape, _circuit, ZzPhases.Apply(tape, x), _theta.Tensor);
        return tape.Release(mark, Linear.Apply(tape, measured, _signs, _bias.Tensor));
    }

    private static CircuitBuilder Ansatz(Circuit map, int layers)
    {
        int n = map.Qubits, p = 0;
        CircuitBuilder circuit = new CircuitBuilder(n).Append(map);
        for (int layer = 0; layer <= layers; layer++)
        {
            // Of two qubits the ring would have the same pair twice, which is none.
            for (int q = 0; q < (n > 2 ? n : n - 1) && layer > 0; q++) circuit.CZ(q, (q + 1) % n);
            for (int q = 0; q < n; q++) circuit.RY(q, Angle.Parameter(p++)).RZ(q, Angle.Parameter(p++));
        }
        return circuit;
    }

    private static CircuitBuilder Measured(CircuitBuilder circuit, int qubits, VqcReadout readout, int classes)
    {
        PauliString parity = default;
        for (int q = 0; q < qubits; q++) parity *= PauliString.Z(q);
        if (readout == VqcReadout.Parity) return circuit.Expect(parity);
        for (int c = 0; c < classes; c++) circuit.Expect(PauliString.Z(c));
        return circuit;
    }

    private static Tensor<T> Identity(int size)
    {
        T[] values = new T[size * size];
        for (int i = 0; i < size; i++) values[i * (size + 1)] = T.One;
        return new(values, new Shape(size, size));
    }
}
