using NUnit.Framework;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Tools.Lab;

namespace QEngine.Tests.Tools.Lab;

/// <summary>The noisy eigensolver against closed forms and gates' matrices.</summary>
public sealed class NoisyAnsatzTests
{
    /// <summary>Of one qubit, RY(a) and RZ: (1 - p) cos a.</summary>
    [TestCase(0)]
    [TestCase(0.1)]
    [TestCase(1)]
    public void One_qubit_shrinks_by_what_is_depolarised(double noise) =>
        Assert.That(new NoisyAnsatz(1, 1).Energy([0.7, 0.4], noise), Is.EqualTo((1 - noise) * Math.Cos(0.7)).Within(1e-14));

    /// <summary>Turns about z are nothing to the poles: two layers without angles lose (1 - p)^2 for every qubit.</summary>
    [Test]
    public void Qubits_and_layers_multiply() =>
        Assert.That(new NoisyAnsatz(3, 2).Energy(new double[12], 0.1), Is.EqualTo(PolesAfter(0.1)).Within(1e-14));

    [Test]
    public void Without_noise_it_is_the_circuit()
    {
        double[] angles = Samples.Uniform<double>(1, 12, -3, 3);
        CircuitOracle state = new(3);
        for (int i = 0; i < 12; i += 6)
        {
            for (int q = 0; q < 3; q++)
            {
                state.Apply(CircuitOracle.Gate("ry", angles[i + (2 * q)]), q);
                state.Apply(CircuitOracle.Gate("rz", angles[i + (2 * q) + 1]), q);
            }
            state.Apply(CircuitOracle.Gate("cx"), 0, 1);
            state.Apply(CircuitOracle.Gate("cx"), 1, 2);
        }
        Assert.That(new NoisyAnsatz(3, 2).Energy(angles, 0), Is.EqualTo(state.Expectation("Z0Z1Z2")).Within(1e-13));
    }

    [Test]
    public void The_eigensolver_finds_the_lowest_energy()
    {
        NoisyAnsatz ansatz = new(3, 2);
        double[] angles = Samples.Uniform<double>(2, ansatz.Angles, -1, 1);
        ansatz.Descend(angles, steps: 300, rate: 0.3);
        Assert.That(ansatz.Energy(angles, 0), Is.EqualTo(-1).Within(1e-3));
    }

    /// <summary>Exact for polynomials of degree two.</summary>
    [Test]
    public void Extrapolation_is_that_of_a_parabola() =>
        Assert.That(NoisyAnsatz.Extrapolate([2 - 0.3 + 0.05, 2 - 0.6 + 0.2, 2 - 0.9 + 0.45]), Is.EqualTo(2).Within(1e-14));

    /// <summary>
    /// Z0 Z1 Z2 is, before the CNOTs of a layer, Z0 Z2, and noise takes 1 - p of every letter: three after the second layer, two before it.
    /// </summary>
    private static double PolesAfter(double noise) => Math.Pow(1 - noise, 5);
}
