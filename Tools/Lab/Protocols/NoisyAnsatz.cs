using QEngine.Quantum;
using QEngine.Workers;

namespace QEngine.Tools.Lab;

/// <summary>
/// The ansatz of a variational eigensolver with noise (Bhattacharjee et al., arXiv 2403.07025): layers of RY and RZ on every qubit and
/// CNOTs of neighbours, after each of which every qubit is depolarised; the energy is the expectation of Z on all qubits.
/// </summary>
internal sealed class NoisyAnsatz
{
    private readonly Circuit _layer, _whole;
    private readonly PauliString _observable;
    private readonly int _qubits, _layers;

    /// <summary>Makes the circuit.</summary>
    /// <param name="qubits">From 1 to <see cref="DensityMatrix.MaxQubits"/>.</param>
    /// <param name="layers">At least 1.</param>
    public NoisyAnsatz(int qubits, int layers)
    {
        (_qubits, _layers) = (qubits, layers);
        CircuitBuilder layer = new(qubits), whole = new(qubits);
        for (int q = 0; q < qubits; q++) layer.RY(q, Angle.Parameter(2 * q)).RZ(q, Angle.Parameter((2 * q) + 1));
        for (int q = 0; q + 1 < qubits; q++) layer.CNOT(q, q + 1);
        for (int q = 0; q < qubits; q++) _observable *= PauliString.Z(q);
        _layer = layer.Build();
        for (int i = 0; i < layers; i++) whole.Append(_layer, firstParameter: 2 * qubits * i);
        _whole = whole.Expect(_observable).Build();
    }

    /// <summary>Angles, two for a qubit of a layer.</summary>
    public int Angles => 2 * _qubits * _layers;

    /// <summary>The energy, from -1 to 1.</summary>
    /// <param name="angles">[angles].</param>
    /// <param name="noise">The probability that a qubit is depolarised after a layer, from 0 to 1.</param>
    public double Energy(ReadOnlySpan<double> angles, double noise)
    {
        DensityMatrix state = new(_qubits);
        QubitChannel channel = QubitChannel.Depolarizing(noise);
        for (int layer = 0; layer < _layers; layer++)
        {
            state.Run(_layer, [], angles.Slice(layer * _layer.Parameters, _layer.Parameters));
            for (int q = 0; q < _qubits; q++) state.Apply(channel, q);
        }
        return state.Expectation(_observable);
    }

    /// <summary>Steps of the eigensolver without noise: angles go down the gradient of the energy.</summary>
    /// <param name="angles">[angles], changed.</param>
    /// <param name="steps">How many.</param>
    /// <param name="rate">By how much of the gradient.</param>
    public void Descend(double[] angles, int steps, double rate)
    {
        for (int step = 0; step < steps; step++)
        {
            double[] gradient = new double[angles.Length];
            CircuitSimulation.Backward<double>(WorkerPool.Single, _whole, 1, default, angles, [1.0], default, gradient);
            for (int i = 0; i < angles.Length; i++) angles[i] -= rate * gradient[i];
        }
    }

    /// <summary>The parabola through the energies at noise p, 2p and 3p, at 0 (Richardson; Temme et al., arXiv 1612.02058).</summary>
    /// <param name="energies">[3].</param>
    public static double Extrapolate(ReadOnlySpan<double> energies) => (3 * (energies[0] - energies[1])) + energies[2];
}
