using QEngine.Quantum;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>Circuits of published models, by their own definitions.</summary>
internal static class SeedCircuits
{
    /// <summary>
    /// The layer of QASA (arXiv 2504.05336): 8 inputs, 36 parameters w[l, i] at 9 l + i, Z of qubits 0 to 7; 83 gates of one qubit and 27
    /// CNOTs.
    /// </summary>
    public static Circuit Qasa()
    {
        CircuitBuilder circuit = new(9);
        for (int i = 0; i < 8; i++) circuit.RX(i, Angle.Input(i)).RZ(i, Angle.Input(i));
        for (int i = 0; i < 8; i++) circuit.RX(i, W(0, i)).RZ(i, W(1, i));
        for (int layer = 1; layer <= 3; layer++)
        {
            for (int i = 0; i < 8; i++) circuit.CNOT(i, (i + 1) % 8).RY(i, W(layer, i)).RZ(i, W(layer, i));
            circuit.CNOT(7, 8).RY(8, W(layer, 8));
        }
        for (int i = 0; i < 8; i++) circuit.Expect(PauliString.Z(i));
        return circuit.Build();

        static Angle W(int layer, int i) => Angle.Parameter((9 * layer) + i);
    }

    /// <summary>QSSL's ring ansatz (arXiv 2103.14653): two layers of RY on every qubit and a ring of CRX.</summary>
    public static Circuit QsslRing(int qubits)
    {
        CircuitBuilder circuit = Encoded(qubits);
        for (int layer = 0, p = 0; layer < 2; layer++)
        {
            for (int i = 0; i < qubits; i++) circuit.RY(i, Angle.Parameter(p++));
            for (int i = 0; i < qubits; i++) circuit.CRX(i, (i + 1) % qubits, Angle.Parameter(p++));
        }
        return circuit.ExpectZ().Build();
    }

    /// <summary>QSSL's other ansatz: a column of RY, then three times all CNOTs from lower to higher qubits and another column.</summary>
    public static Circuit QsslAllToAll(int qubits)
    {
        CircuitBuilder circuit = Encoded(qubits);
        int p = 0;
        for (int layer = 0; layer <= 3; layer++)
        {
            for (int i = 0; i < qubits && layer > 0; i++)
                for (int j = i + 1; j < qubits; j++) circuit.CNOT(i, j);
            for (int i = 0; i < qubits; i++) circuit.RY(i, Angle.Parameter(p++));
        }
        return circuit.ExpectZ().Build();
    }

    /// <summary>The feature map of Havlicek et al. (arXiv 1804.11326) on two qubits; inputs x0, x1 and (pi - x0)(pi - x1).</summary>
    public static Circuit ZzMap()
    {
        CircuitBuilder circuit = new(2);
        for (int repetition = 0; repetition < 2; repetition++)
            circuit.H(0).H(1).P(0, 2 * Angle.Input(0)).P(1, 2 * Angle.Input(1)).CNOT(0, 1).P(1, 2 * Angle.Input(2)).CNOT(0, 1);
        return circuit.Build();
    }

    /// <summary>The circuit of QLSTM (arXiv 2009.01783): 4 inputs atan v, 4 of atan v^2, and the parameters of Rot, [layers, 4, 3].</summary>
    public static Circuit QlstmChen(int layers)
    {
        CircuitBuilder circuit = new(4);
        for (int i = 0; i < 4; i++) circuit.H(i).RY(i, Angle.Input(i)).RZ(i, Angle.Input(4 + i));
        for (int layer = 0; layer < layers; layer++)
        {
            for (int distance = 1; distance <= 2; distance++)
                for (int i = 0; i < 4; i++) circuit.CNOT(i, (i + distance) % 4);
            for (int i = 0; i < 4; i++) circuit.Rot(i, Angle.Parameter(Of(layer, i, 0)), Angle.Parameter(Of(layer, i, 1)), Angle.Parameter(Of(layer, i, 2)));
        }
        return circuit.ExpectZ().Build();

        static int Of(int layer, int qubit, int angle) => (12 * layer) + (3 * qubit) + angle;
    }

    /// <summary>The simpler one: RX of the inputs, RX of the parameters, a ring of CNOTs.</summary>
    public static Circuit QlstmBasic()
    {
        CircuitBuilder circuit = new(4);
        for (int i = 0; i < 4; i++) circuit.RX(i, Angle.Input(i)).RX(i, Angle.Parameter(i));
        for (int i = 0; i < 4; i++) circuit.CNOT(i, (i + 1) % 4);
        return circuit.ExpectZ().Build();
    }

    /// <summary>The fast network of a quantum fast weight programmer (arXiv 2402.17760): one input, parameters [2, 8], Z of qubits 0 to 3.</summary>
    public static Circuit Qfwp()
    {
        CircuitBuilder circuit = new(8);
        for (int i = 0; i < 8; i++) circuit.H(i);
        circuit.RY(0, Angle.Input(0));
        for (int layer = 0; layer < 2; layer++)
        {
            for (int i = 0; i < 8; i += 2) circuit.CNOT(i, i + 1);
            for (int i = 1; i < 7; i += 2) circuit.CNOT(i, i + 1);
            for (int i = 0; i < 8; i++) circuit.RY(i, Angle.Parameter((8 * layer) + i));
        }
        for (int i = 0; i < 4; i++) circuit.Expect(PauliString.Z(i));
        return circuit.Build();
    }

    /// <summary>An edge of QKAN (arXiv 2509.14026), ansatz pz: one qubit, inputs w_l x + b_l, parameters [repetitions + 1, 2].</summary>
    public static Circuit DaruanPz(int repetitions)
    {
        CircuitBuilder circuit = new CircuitBuilder(1).H(0);
        for (int l = 0; l <= repetitions; l++)
        {
            circuit.RZ(0, Angle.Parameter(2 * l)).RY(0, Angle.Parameter((2 * l) + 1));
            if (l < repetitions) circuit.RZ(0, Angle.Input(l));
        }
        return circuit.ExpectZ().Build();
    }

    /// <summary>Ansatz rpz: without the trainable RZ.</summary>
    public static Circuit DaruanRpz(int repetitions)
    {
        CircuitBuilder circuit = new CircuitBuilder(1).H(0);
        for (int l = 0; l < repetitions; l++) circuit.RY(0, Angle.Parameter(l)).RZ(0, Angle.Input(l));
        return circuit.RY(0, Angle.Parameter(repetitions)).ExpectZ().Build();
    }

    private static CircuitBuilder Encoded(int qubits)
    {
        CircuitBuilder circuit = new(qubits);
        for (int i = 0; i < qubits; i++) circuit.RX(i, Angle.Input(i));
        return circuit;
    }
}
