namespace QEngine.Quantum;

/// <summary>
/// A unitary U of data and auxiliary qubits whose angles are given, and the doubly stochastic matrix it makes: P[i, j] = the mean over l of
/// the sum over k of |U[(i, k), (j, l)]|^2, i and j states of the data's qubits, k and l of the others (Born et al., arXiv 2504.16275).
/// </summary>
/// <remarks>
/// The publication does not print its ansatz; this one has its number of angles (98 for 6 qubits and 2 layers) and is the identity where
/// all are 0: RZ, RY, RZ on every qubit, then in a layer, for neighbours from an even qubit on and then from an odd one, twice a CNOT, RY
/// and RZ on the control, RY and RX on the target.
/// </remarks>
internal sealed class MixingCircuit
{
    /// <summary>Builds the circuit.</summary>
    /// <param name="data">Qubits of data: 2^data rows and columns.</param>
    /// <param name="auxiliary">Qubits beside them.</param>
    /// <param name="layers">Layers, at least 0.</param>
    public MixingCircuit(int data, int auxiliary, int layers)
    {
        Require.Range(data, 1, Circuit.MaxQubits);
        Require.Range(auxiliary, 0, Circuit.MaxQubits - data);
        Require.Range(layers, 0, 1000);
        (Qubits, Auxiliary, Size) = (data + auxiliary, auxiliary, 1 << data);
        CircuitBuilder circuit = new(Qubits);
        for (int q = 0; q < Qubits; q++) circuit.RX(q, Angle.Input(q));
        for (int q = 0; q < Qubits; q++) circuit.RZ(q, Next()).RY(q, Next()).RZ(q, Next());
        for (int layer = 0; layer < layers; layer++)
        {
            for (int q = 0; q + 1 < Qubits; q += 2) AddBlocks(q);
            for (int q = 1; q + 1 < Qubits; q += 2) AddBlocks(q);
        }
        int[] measured = new int[data];
        for (int q = 0; q < data; q++) measured[q] = q;
        Circuit = circuit.Probabilities(measured).Build();

        Angle Next() => Angle.Input(Qubits + Angles++);

        void AddBlocks(int q)
        {
            for (int block = 0; block < 2; block++)
                circuit.CNOT(q, q + 1).RY(q, Next()).RZ(q, Next()).RY(q + 1, Next()).RX(q + 1, Next());
        }
    }

    /// <summary>Inputs are pi or 0 for every qubit, 1 or 0 at the start, then the angles.</summary>
    public Circuit Circuit { get; }

    /// <summary>All qubits.</summary>
    public int Qubits { get; }

    /// <summary>Those beside the data's.</summary>
    public int Auxiliary { get; }

    /// <summary>Rows and columns of the matrix.</summary>
    public int Size { get; }

    /// <summary>Angles.</summary>
    public int Angles { get; private set; }
}
