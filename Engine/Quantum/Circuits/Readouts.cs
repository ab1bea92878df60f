namespace QEngine.Quantum;

/// <summary>Measurements in terms of rows.</summary>
internal sealed class Readouts
{
    private readonly ExpectationRows[] _expectations;
    private readonly ProbabilityRows[] _probabilities;

    /// <summary>Translates measurements.</summary>
    /// <param name="frame">Which rows the qubits join after the last gate.</param>
    /// <param name="measurements">What is measured.</param>
    public Readouts(Frame frame, ReadOnlySpan<Measurement> measurements)
    {
        List<ExpectationRows> expectations = [];
        List<ProbabilityRows> probabilities = [];
        foreach (Measurement measurement in measurements)
        {
            if (measurement.Qubits is { } qubits) probabilities.Add(ProbabilitiesOf(frame, qubits, Outputs));
            else expectations.Add(ExpectationOf(frame, measurement.Observable, Outputs));
            Outputs += measurement.Outputs;
        }
        (_expectations, _probabilities) = ([.. expectations], [.. probabilities]);
    }

    /// <summary>Numbers of all measurements.</summary>
    public int Outputs { get; }

    /// <summary>Expectations of Pauli strings.</summary>
    public ReadOnlySpan<ExpectationRows> Expectations => _expectations;

    /// <summary>Probabilities of values.</summary>
    public ReadOnlySpan<ProbabilityRows> Probabilities => _probabilities;

    /// <summary>The basis state of every row.</summary>
    public static int[] BasisOf(Frame frame, int qubits)
    {
        int[] all = new int[qubits], basis = new int[1 << qubits];
        for (int q = 0; q < qubits; q++) all[q] = q;
        ProbabilityRows rows = ProbabilitiesOf(frame, all, 0);
        for (int row = 0; row < basis.Length; row++) basis[row] = rows.OutputOf(row);
        return basis;
    }

    private static ProbabilityRows ProbabilitiesOf(Frame frame, int[] qubits, int output)
    {
        int[] values = new int[qubits.Length];
        for (int i = 0; i < values.Length; i++) values[i] = frame.Value(qubits[i]);
        return new(values, output);
    }

    // The product of all X, after that of all Z; each Y is i X Z.
    private static ExpectationRows ExpectationOf(Frame frame, PauliString observable, int output)
    {
        int flip = 0, sign = 0, quarterTurns = 0;
        for (int q = 0; q < observable.Qubits; q++)
        {
            bool flips = (observable.Flips >> q & 1) != 0, signs = (observable.Signs >> q & 1) != 0;
            if (flips) flip ^= frame.Flip(q);
            if (signs) sign ^= frame.Value(q);
            if (flips && signs) quarterTurns++;
        }
        return new(flip, sign, quarterTurns % 2 == 1, (quarterTurns & 2) != 0, output);
    }
}

/// <summary>
/// A Pauli string: it takes row r to row r ^ flip, times -1 for an odd number of bits in common with sign, times a phase.
/// </summary>
/// <param name="Flip">The bits that it changes; 0 for one that is diagonal.</param>
/// <param name="Sign">The bits that give a sign.</param>
/// <param name="Imaginary">Whether the phase is i.</param>
/// <param name="Negative">Whether the phase has a sign.</param>
/// <param name="Output">Which of the results it is.</param>
internal readonly record struct ExpectationRows(int Flip, int Sign, bool Imaginary, bool Negative, int Output)
{
    /// <summary>The real factor of the phase for a row: 1 or -1.</summary>
    public int Factor(int row) => 1 - (2 * (RowBits.Parity(row & Sign) ^ (Negative ? 1 : 0)));
}

/// <summary>Values of qubits.</summary>
/// <param name="Values">For each qubit the bits whose parity is its value.</param>
/// <param name="Output">The first of the results.</param>
internal readonly record struct ProbabilityRows(int[] Values, int Output)
{
    /// <summary>Which of the results a row counts for.</summary>
    public int OutputOf(int row)
    {
        int value = 0;
        foreach (int bits in Values) value = (2 * value) + RowBits.Parity(row & bits);
        return Output + value;
    }
}
