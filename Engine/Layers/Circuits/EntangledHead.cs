using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// An embedding as the state of few qubits, by data re-uploading (Perez-Salinas et al., arXiv 1907.02085): each layer rotates the qubits by
/// the next inputs, RY of theta = (pi/2)(1 + tanh(u / tau)), as the quantum head encodes them; between two layers every qubit is rotated by
/// three trained angles and a ring of CNOTs entangles them. Parameters <c>theta</c> [3 n blocks between layers], where there are any,
/// uniform within pi, and <c>encoding.log_scale</c> [1] or [d] where inputs are scaled.
/// </summary>
/// <remarks>What comes after the last inputs is one unitary for all texts, which no fidelity sees: there is nothing.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class EntangledHead<T> : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Circuit _circuit;
    private readonly Parameter<T>? _theta, _logScale;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="inputs">d, at least 1.</param>
    /// <param name="qubits">n, from 1 to <see cref="Circuit.MaxQubits"/>.</param>
    /// <param name="scale">What divides the inputs.</param>
    public EntangledHead(ParameterStore<T> store, int inputs, int qubits, EncodingScale scale)
    {
        ArgumentNullException.ThrowIfNull(store);
        Require.Range(inputs, 1, int.MaxValue);
        Require.Named(scale);
        _circuit = Ansatz(inputs, qubits);
        if (_circuit.Parameters > 0) _theta = store.Vector(ThetaName, _circuit.Parameters, Initializer.Uniform(Math.PI));
        if (scale != EncodingScale.None)
            _logScale = store.Vector(QuantumHead<T>.LogScaleName, scale == EncodingScale.One ? 1 : inputs, Initializer.Zeros);
    }

    /// <summary>The tensor of the trained angles.</summary>
    internal const string ThetaName = "theta";

    /// <summary>Applies the head.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, d].</param>
    /// <returns>[rows, 2 2^n], real parts of the amplitudes, then imaginary ones.</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(EntangledHead<T>), x.Shape, _circuit.Inputs);
        var mark = tape.Mark();
        if (_logScale is not null) x = DivideByScale.Apply(tape, x, _logScale.Tensor);
        Tensor<T> theta = _theta?.Tensor ?? tape.Save(Shape.Vector(0));
        return tape.Release(mark, CircuitStates.Apply(tape, _circuit, Activations.Tanh(tape, x), theta));
    }

    /// <summary>How many trained angles there are.</summary>
    internal static long Angles(int inputs, int qubits) => 3L * qubits * ((inputs - 1) / qubits);

    private static Circuit Ansatz(int inputs, int qubits)
    {
        CircuitBuilder circuit = new(qubits);
        for (int input = 0, p = 0; input < inputs; input++)
        {
            int qubit = input % qubits;
            if (qubit == 0 && input > 0)
            {
                for (int q = 0; q < qubits; q++, p += 3)
                    circuit.Rot(q, Angle.Parameter(p), Angle.Parameter(p + 1), Angle.Parameter(p + 2));
                for (int q = 0; q < qubits && qubits > 1; q++) circuit.CNOT(q, (q + 1) % qubits);
            }
            circuit.RY(qubit, (Math.PI / 2 * Angle.Input(input)) + (Math.PI / 2));
        }
        return circuit.Build();
    }
}
