namespace QEngine.Quantum;

/// <summary>A circuit as the kernels run it: distinct angles, passes over the state, and what is read at the end.</summary>
/// <param name="qubits">How many qubits.</param>
/// <param name="angles">Each angle once, whatever the number of gates that have it.</param>
/// <param name="sweeps">The passes in order.</param>
/// <param name="readouts">What is read.</param>
/// <param name="basis">Which basis state each row of amplitudes is.</param>
internal sealed class CircuitPlan(int qubits, Angle[] angles, Sweep[] sweeps, Readouts readouts, int[] basis)
{
    /// <summary>Amplitudes of a state.</summary>
    public int Rows => 1 << qubits;

    /// <summary>Distinct angles.</summary>
    public ReadOnlySpan<Angle> Angles => angles;

    /// <summary>Passes over the state.</summary>
    public ReadOnlySpan<Sweep> Sweeps => sweeps;

    /// <summary>What is read at the end.</summary>
    public Readouts Readouts => readouts;

    /// <summary>The number of the basis state that each row is at the end, qubit 0 its most significant bit.</summary>
    public ReadOnlySpan<int> Basis => basis;

    /// <summary>The first pass whose angles are not all constants: the backward pass ends there.</summary>
    public int FirstThatVaries { get; } = First(angles, sweeps);

    private static int First(Angle[] angles, Sweep[] sweeps)
    {
        int first = 0;
        while (first < sweeps.Length && !sweeps[first].Varies(angles)) first++;
        return first;
    }
}
