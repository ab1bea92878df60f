using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The circuit that a fast weight programmer writes to (Chen, arXiv 2402.17760, and its code): H on eight qubits, RY(x) on the first; twice
/// CNOT from each even qubit to the next, from each odd one to the next, and RY of an angle on each; Z of the first four. It has no
/// parameters: every row has angles of its own.
/// </summary>
internal static class FastCircuit
{
    /// <summary>Qubits.</summary>
    public const int Qubits = 8;

    /// <summary>Layers of angles.</summary>
    public const int Layers = 2;

    /// <summary>Numbers that are measured.</summary>
    public const int Outputs = 4;

    // Input 0 is x, the others are the angles.
    private static readonly Circuit Instance = Build();

    /// <summary>Runs it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, 1].</param>
    /// <param name="angles">[rows, layers qubits].</param>
    /// <returns>[rows, outputs].</returns>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, Tensor<T> angles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CircuitExpectation.Apply(tape, Instance, JoinColumns.Apply(tape, x, angles), new([], Shape.Vector(0)));

    private static Circuit Build()
    {
        CircuitBuilder circuit = new(Qubits);
        for (int i = 0; i < Qubits; i++) circuit.H(i);
        circuit.RY(0, Angle.Input(0));
        for (int layer = 0, angle = 1; layer < Layers; layer++)
        {
            for (int i = 0; i + 1 < Qubits; i += 2) circuit.CNOT(i, i + 1);
            for (int i = 1; i + 1 < Qubits; i += 2) circuit.CNOT(i, i + 1);
            for (int i = 0; i < Qubits; i++) circuit.RY(i, Angle.Input(angle++));
        }
        for (int i = 0; i < Outputs; i++) circuit.Expect(PauliString.Z(i));
        return circuit.Build();
    }
}
