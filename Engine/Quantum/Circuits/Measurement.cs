namespace QEngine.Quantum;

/// <summary>What a circuit measures: the expectation of a Pauli string, or the probabilities of all values of some qubits.</summary>
internal readonly struct Measurement
{
    /// <summary>An expectation.</summary>
    public Measurement(PauliString observable) => Observable = observable;

    /// <summary>Probabilities.</summary>
    /// <param name="qubits">The qubits, the first the most significant of the value.</param>
    public Measurement(int[] qubits) => Qubits = qubits;

    /// <summary>The string, where <see cref="Qubits"/> is null.</summary>
    public PauliString Observable { get; }

    /// <summary>The qubits whose values have probabilities, or null for an expectation.</summary>
    public int[]? Qubits { get; }

    /// <summary>How many numbers it has as its result.</summary>
    public int Outputs => Qubits is null ? 1 : 1 << Qubits.Length;
}
