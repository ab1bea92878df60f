using QEngine.Quantum;

namespace QEngine.Layers;

/// <summary>
/// The circuit of QASA (arXiv 2504.05336): eight qubits of data and one beside them, inputs phi [8], parameters w [4, 9], measured are the
/// Z of the eight. 83 gates of one qubit and 27 CNOTs.
/// </summary>
/// <remarks>
/// Of the 36 angles, w[0, 8], w[2, 8] and w[3, 8] have no effect: the first has no gate, and nothing of the ninth qubit comes back to the
/// others after the other two.
/// </remarks>
internal static class QasaCircuit
{
    /// <summary>Qubits of data.</summary>
    public const int Width = 8;

    private const int Layers = 3;

    /// <summary>Builds it.</summary>
    public static Circuit Build()
    {
        CircuitBuilder circuit = new(Width + 1);
        for (int i = 0; i < Width; i++) circuit.RX(i, Angle.Input(i)).RZ(i, Angle.Input(i));
        for (int i = 0; i < Width; i++) circuit.RX(i, W(0, i)).RZ(i, W(1, i));
        for (int layer = 1; layer <= Layers; layer++)
        {
            for (int i = 0; i < Width; i++) circuit.CNOT(i, (i + 1) % Width).RY(i, W(layer, i)).RZ(i, W(layer, i));
            circuit.CNOT(Width - 1, Width).RY(Width, W(layer, Width));
        }
        for (int i = 0; i < Width; i++) circuit.Expect(PauliString.Z(i));
        return circuit.Build();

        static Angle W(int layer, int i) => Angle.Parameter(((Width + 1) * layer) + i);
    }
}
