using QEngine.Quantum;

namespace QEngine.Layers;

/// <summary>
/// The circuit of the hybrid image models: RX of pi times its input on every qubit, then layers of RZ, RY and RZ on every qubit and a ring
/// of CNOTs, three parameters a qubit and layer; measured is an observable of every qubit.
/// </summary>
internal static class EncodedLayers
{
    /// <summary>Builds it.</summary>
    /// <param name="qubits">Qubits, inputs and results.</param>
    /// <param name="depth">Layers, at least 1.</param>
    /// <param name="observable">What is measured of a qubit.</param>
    public static Circuit Build(int qubits, int depth, Func<int, PauliString> observable)
    {
        Require.Range(depth, 1, int.MaxValue);
        CircuitBuilder circuit = new(qubits);
        for (int q = 0; q < qubits; q++) circuit.RX(q, Math.PI * Angle.Input(q));
        for (int layer = 0, p = 0; layer < depth; layer++)
        {
            for (int q = 0; q < qubits; q++, p += 3) circuit.Rot(q, Angle.Parameter(p), Angle.Parameter(p + 1), Angle.Parameter(p + 2));
            for (int q = 0; q < qubits && qubits > 1; q++) circuit.CNOT(q, (q + 1) % qubits);
        }
        for (int q = 0; q < qubits; q++) circuit.Expect(observable(q));
        return circuit.Build();
    }
}
