namespace QEngine.Quantum;

/// <summary>
/// The feature map of Havlicek et al. (arXiv 1804.11326), as Qiskit's <c>ZZFeatureMap</c> with full entanglement: repeatedly H on every
/// qubit, P(2 x[i]) on qubit i, and CNOT, P(2 (pi - x[i])(pi - x[j])), CNOT on every pair.
/// </summary>
internal static class ZzFeatureMap
{
    /// <summary>The gates, without measurements; the inputs are the <see cref="PairPhases"/> of a row.</summary>
    /// <param name="features">n, as many as qubits, from 1 to <see cref="Circuit.MaxQubits"/>.</param>
    /// <param name="repetitions">How often, at least once; published are 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside.</exception>
    public static Circuit Create(int features, int repetitions)
    {
        Require.Range(repetitions, 1, int.MaxValue);
        CircuitBuilder circuit = new(features);
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            for (int i = 0; i < features; i++) circuit.H(i);
            for (int i = 0; i < features; i++) circuit.P(i, 2 * Angle.Input(i));
            for (int i = 0, pair = features; i < features; i++)
                for (int j = i + 1; j < features; j++) circuit.CNOT(i, j).P(j, 2 * Angle.Input(pair++)).CNOT(i, j);
        }
        return circuit.Build();
    }
}
