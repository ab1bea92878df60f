namespace QEngine.Quantum;

/// <summary>
/// Which rows of the state's amplitudes a qubit joins, after CNOTs that were not carried out: a CNOT only puts amplitudes into another
/// order, so the rows stay and their names change.
/// </summary>
/// <remarks>
/// Rows are numbers of one bit a qubit. Qubit q is 1 in the rows that share an odd number of bits with <see cref="Value"/>, and rows that
/// differ in q alone differ in the bits of <see cref="Flip"/>: at first both are the bit of the qubit, that of qubit 0 the most
/// significant. A CNOT adds the control to the target, so that a change of the control now changes the target too. All names stay linear
/// in the bits, and so the two masks are all there is to know.
/// </remarks>
internal sealed class Frame
{
    private readonly int[] _flips, _values;

    /// <summary>The frame before the first gate.</summary>
    /// <param name="qubits">How many qubits.</param>
    public Frame(int qubits)
    {
        _flips = new int[qubits];
        for (int q = 0; q < qubits; q++) _flips[q] = 1 << (qubits - 1 - q);
        _values = [.. _flips];
    }

    /// <summary>The bits in which rows differ that differ in a qubit.</summary>
    public int Flip(int qubit) => _flips[qubit];

    /// <summary>The bits whose parity is a qubit's value.</summary>
    public int Value(int qubit) => _values[qubit];

    /// <summary>Renames rows by a CNOT.</summary>
    public void Cnot(int control, int target)
    {
        _values[target] ^= _values[control];
        _flips[control] ^= _flips[target];
    }
}
