using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>What represents an image in QSSL.</summary>
internal enum QsslRepresentation
{
    /// <summary>Two layers of RY on every qubit and a ring of CRX.</summary>
    Ring,

    /// <summary>A column of RY, then three times all CNOTs from lower to higher qubits and another column.</summary>
    AllToAll,

    /// <summary>Two linear maps with leaky ReLU, the publication's counterpart; 144 numbers at a width of 8, not 32.</summary>
    Classical,
}

/// <summary>
/// The representation network of QSSL (Jaderberg et al., arXiv 2103.14653, and its code): x becomes angles pi / (1 + e^-x), which a circuit
/// of as many qubits encodes by RX and turns into the expectations of Z. Parameters <c>theta</c> [angles], drawn from N(0, 1 / width), or
/// <c>0.weight</c>, <c>0.bias</c>, <c>1.weight</c>, <c>1.bias</c>.
/// </summary>
/// <remarks>
/// Gradients are those of the circuit. The publication's code takes the two-term shift rule for controlled rotations too, which is not
/// their derivative.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QsslNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Slope = 0.01;

    private readonly Circuit? _circuit;
    private readonly Parameter<T>? _theta;
    private readonly LinearLayer<T>[] _linear = [];
    private readonly int _width;

    /// <summary>Declares the parameters; those of linear maps are uniform within 1/sqrt(width), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="width">Numbers in and out, and qubits: from 2 to <see cref="Circuit.MaxQubits"/>.</param>
    /// <param name="representation">The network.</param>
    public QsslNetwork(ParameterStore<T> store, string name, int width, QsslRepresentation representation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        Require.Range(width, 2, Circuit.MaxQubits);
        Require.Named(representation);
        _width = width;
        if (representation == QsslRepresentation.Classical)
        {
            Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(width));
            _linear = [new(store, $"{name}.0", width, width, uniform, uniform), new(store, $"{name}.1", width, width, uniform, uniform)];
            return;
        }
        _circuit = representation == QsslRepresentation.Ring ? Ring(width) : AllToAll(width);
        _theta = store.Vector($"{name}.theta", _circuit.Parameters, Initializer.Normal(1 / Math.Sqrt(width)));
    }

    /// <summary>Applies the network.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, width].</param>
    /// <returns>[rows, width].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(QsslNetwork<T>), x.Shape, _width);
        var mark = tape.Mark();
        Tensor<T> y = Activations.Affine(tape, Activations.Sigmoid(tape, x), T.Pi, T.Zero);
        if (_circuit is not null) y = CircuitExpectation.Apply(tape, _circuit, y, _theta!.Tensor);
        foreach (LinearLayer<T> linear in _linear) y = Activations.LeakyRelu(tape, linear.Forward(tape, y), T.CreateTruncating(Slope));
        return tape.Release(mark, y);
    }

    private static Circuit Ring(int qubits)
    {
        CircuitBuilder circuit = Encoded(qubits);
        for (int layer = 0, p = 0; layer < 2; layer++)
        {
            for (int i = 0; i < qubits; i++) circuit.RY(i, Angle.Parameter(p++));
            for (int i = 0; i < qubits; i++) circuit.CRX(i, (i + 1) % qubits, Angle.Parameter(p++));
        }
        return circuit.ExpectZ().Build();
    }

    private static Circuit AllToAll(int qubits)
    {
        CircuitBuilder circuit = Encoded(qubits);
        for (int layer = 0, p = 0; layer <= 3; layer++)
        {
            for (int i = 0; i < qubits && layer > 0; i++)
                for (int j = i + 1; j < qubits; j++) circuit.CNOT(i, j);
            for (int i = 0; i < qubits; i++) circuit.RY(i, Angle.Parameter(p++));
        }
        return circuit.ExpectZ().Build();
    }

    private static CircuitBuilder Encoded(int qubits)
    {
        CircuitBuilder circuit = new(qubits);
        for (int i = 0; i < qubits; i++) circuit.RX(i, Angle.Input(i));
        return circuit;
    }
}
