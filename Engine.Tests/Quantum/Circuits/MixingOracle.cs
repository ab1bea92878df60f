using QEngine.Quantum;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>The doubly stochastic matrix of a unitary, from the matrices of its gates.</summary>
internal static class MixingOracle
{
    /// <summary>[n, n].</summary>
    public static double[] Matrix(MixingCircuit mixing, double[] x, double[] factors)
    {
        int n = mixing.Size, states = 1 << mixing.Qubits, auxiliary = 1 << mixing.Auxiliary;
        double[] matrix = new double[n * n];
        double[] angles = [.. factors.Select((factor, a) => factor * x[a % x.Length])];
        for (int start = 0; start < states; start++)
        {
            double[] bits = [.. Enumerable.Range(0, mixing.Qubits).Select(q => ((start >> (mixing.Qubits - 1 - q)) & 1) * Math.PI)];
            double[] found = Probabilities(mixing, [.. bits, .. angles]);
            for (int i = 0; i < n; i++) matrix[(i * n) + (start / auxiliary)] += found[i] / auxiliary;
        }
        return matrix;
    }

    private static double[] Probabilities(MixingCircuit mixing, double[] inputs)
    {
        CircuitOracle oracle = new(mixing.Qubits);
        foreach (Gate gate in mixing.Circuit.Gates)
            oracle.Apply(CircuitOracle.Gate(gate.Kind.Name, [.. gate.Angles.Select(angle => angle.Value(inputs, []))]), [.. gate.Qubits]);
        return oracle.Probabilities([.. Enumerable.Range(0, mixing.Qubits - mixing.Auxiliary)]);
    }
}
