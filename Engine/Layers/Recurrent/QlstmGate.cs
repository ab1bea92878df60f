using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The circuit of QLSTM (Chen et al., arXiv 2009.01783): of every number v, on a qubit of its own, H, RY(atan v), RZ(atan v^2); in every
/// layer CNOT from each qubit to the next and then to the one after it, around, and a rotation of three angles on each; Z of all. Parameter
/// <c>weights</c> [layers, 3 qubits], normal of deviation 0.01 at first.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QlstmGate<T> : IGate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double FirstDeviation = 0.01;

    private readonly Circuit _circuit;
    private readonly Parameter<T> _weights;

    /// <summary>Declares the parameter.</summary>
    /// <param name="store">Where it lives.</param>
    /// <param name="name">Prefix of its name.</param>
    /// <param name="qubits">Numbers in and out, from 3 to <see cref="Circuit.MaxQubits"/>.</param>
    /// <param name="layers">At least 1.</param>
    public QlstmGate(ParameterStore<T> store, string name, int qubits, int layers)
    {
        ArgumentNullException.ThrowIfNull(store);
        Require.Range(qubits, 3, Circuit.MaxQubits);
        Require.Range(layers, 1, int.MaxValue);
        _circuit = Build(qubits, layers);
        _weights = store.Matrix($"{name}.weights", layers, 3 * qubits, Initializer.Normal(FirstDeviation));
    }

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        Tensor<T> angles = JoinColumns.Apply(tape, Activations.Atan(tape, x), Activations.Atan(tape, Multiply.Apply(tape, x, x)));
        return CircuitExpectation.Apply(tape, _circuit, angles, _weights.Tensor.As(Shape.Vector(_circuit.Parameters)));
    }

    private static Circuit Build(int qubits, int layers)
    {
        CircuitBuilder circuit = new(qubits);
        for (int i = 0; i < qubits; i++) circuit.H(i).RY(i, Angle.Input(i)).RZ(i, Angle.Input(qubits + i));
        for (int layer = 0, p = 0; layer < layers; layer++)
        {
            for (int distance = 1; distance <= 2; distance++)
                for (int i = 0; i < qubits; i++) circuit.CNOT(i, (i + distance) % qubits);
            for (int i = 0; i < qubits; i++) circuit.Rot(i, Angle.Parameter(p++), Angle.Parameter(p++), Angle.Parameter(p++));
        }
        return circuit.ExpectZ().Build();
    }
}
