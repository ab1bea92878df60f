using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Quantum.Circuits;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum.Density;

/// <summary>Density matrices against state vectors where states are pure, and against Bloch vectors and laws where they are not.</summary>
public sealed class DensityMatrixTests
{
    private const double Rounding = 1e-12;

    private static readonly PauliString[] Axes = [PauliString.X(0), PauliString.Y(0), PauliString.Z(0)];

    /// <summary>Channels, and what they make of the Bloch vector.</summary>
    private static readonly Dictionary<string, (QubitChannel Channel, Func<double[], double[]> Bloch)> Channels = new()
    {
        ["depolarising"] = (QubitChannel.Depolarizing(0.3), v => [0.7 * v[0], 0.7 * v[1], 0.7 * v[2]]),
        ["wholly depolarising"] = (QubitChannel.Depolarizing(1), _ => [0, 0, 0]),
        ["dephasing"] = (QubitChannel.Dephasing(0.2), v => [0.6 * v[0], 0.6 * v[1], v[2]]),
        ["damping"] = (QubitChannel.AmplitudeDamping(0.36), v => [0.8 * v[0], 0.8 * v[1], 0.36 + (0.64 * v[2])]),
        ["measurement"] = (QubitChannel.Measurement, v => [0, 0, v[2]]),
        ["reset"] = (QubitChannel.Reset, _ => [0, 0, 1]),
    };

    private static IEnumerable<string> Names => Channels.Keys;

    [Property]
    public bool Pure_states_agree_with_state_vectors(int seed, byte size, byte gates)
    {
        Random random = new(seed);
        int n = 1 + (size % DensityMatrix.MaxQubits);
        RandomCircuit drawn = RandomCircuit.Draw(random, n, gates % 25);
        string[] observables = [.. Enumerable.Range(0, 4).Select(_ => string.Concat(RandomCircuit.DrawQubits(random, n, 1 + random.Next(n)).Select(q => $"{"XYZ"[random.Next(3)]}{q}")))];
        drawn.Expect(observables).Builder.Probabilities();
        double[] inputs = Samples.Normal<double>(random, 3), parameters = Samples.Normal<double>(random, 4);
        DensityMatrix state = new(n);

        state.Run(drawn.Circuit, inputs[..drawn.Circuit.Inputs], parameters[..drawn.Circuit.Parameters]);

        double[] found = [.. observables.Select(o => state.Expectation(PauliString.Parse(o))), .. state.Probabilities()];
        return Near.LargestError(found, CircuitRun.Results<double>(drawn.Circuit, inputs, parameters)) < Rounding && Math.Abs(state.Purity - 1) < Rounding;
    }

    [Property]
    public bool Noise_leaves_a_state(int seed, byte size, byte steps)
    {
        Random random = new(seed);
        int n = 1 + (size % 4);
        DensityMatrix state = Noisy(random, n, steps % 12);

        Complex[] rho = state.Elements.ToArray();
        double[] vector = Samples.Normal<double>(random, 2 << n);
        double inner = 0;
        for (int i = 0; i < 1 << n; i++)
            for (int j = 0; j < 1 << n; j++)
                inner += (new Complex(vector[2 * i], -vector[(2 * i) + 1]) * rho[(i << n) + j] * new Complex(vector[2 * j], vector[(2 * j) + 1])).Real;
        bool hermitian = Enumerable.Range(0, rho.Length).All(i => (rho[i] - Complex.Conjugate(rho[((i & ((1 << n) - 1)) << n) + (i >> n)])).Magnitude < Rounding);
        return hermitian && inner > -Rounding && Math.Abs(state.Probabilities().Sum() - 1) < Rounding && state.Purity < 1 + Rounding && state.Purity > Math.ScaleB(1, -n) - Rounding;
    }

    [TestCaseSource(nameof(Names))]
    public void A_channel_does_to_the_Bloch_vector_what_it_is_for(string name)
    {
        (QubitChannel channel, Func<double[], double[]> bloch) = Channels[name];
        Random random = new(5);
        for (int repetition = 0; repetition < 10; repetition++)
        {
            DensityMatrix state = Noisy(random, 3, 3);
            double[] before = [.. Axes.Select(state.Expectation)], others = Others(state);

            state.Apply(channel, 0);

            Assert.That(Axes.Select(state.Expectation), Is.EqualTo(bloch(before)).Within(Rounding));
            Assert.That(Others(state), Is.EqualTo(others).Within(Rounding), "the other qubits");
        }

        static double[] Others(DensityMatrix state) => [.. ((string[])["X1", "Y2", "Z1Z2", "X1Y2"]).Select(o => state.Expectation(PauliString.Parse(o)))];
    }

    [TestCaseSource(nameof(Names))]
    public void Operators_of_a_channel_are_complete(string name)
    {
        Complex[] sum = new Complex[4];
        foreach (Complex[] k in Channels[name].Channel.Operators)
            for (int i = 0; i < 4; i++) sum[i] += (Complex.Conjugate(k[i / 2]) * k[i % 2]) + (Complex.Conjugate(k[2 + (i / 2)]) * k[2 + (i % 2)]);
        for (int i = 0; i < 4; i++) Assert.That((sum[i] - (i % 3 == 0 ? 1 : 0)).Magnitude, Is.LessThan(Rounding));
    }

    /// <summary>A measurement whose outcome is known, weighed by probability, is one whose outcome nobody looks at.</summary>
    [Test]
    public void Outcomes_make_up_a_measurement()
    {
        Random random = new(7);
        for (int q = 0; q < 3; q++)
        {
            int seed = random.Next();
            DensityMatrix unseen = Noisy(new Random(seed), 3, 4), zero = Noisy(new Random(seed), 3, 4), one = Noisy(new Random(seed), 3, 4);

            unseen.Apply(QubitChannel.Measurement, q);
            double p = zero.Collapse(q, 0), r = one.Collapse(q, 1);

            Assert.That(p + r, Is.EqualTo(1).Within(Rounding));
            Assert.That(zero.Expectation(PauliString.Z(q)), Is.EqualTo(1).Within(Rounding));
            Assert.That(one.Expectation(PauliString.Z(q)), Is.EqualTo(-1).Within(Rounding));
            for (int i = 0; i < 64; i++) Assert.That(((p * zero.Elements[i]) + (r * one.Elements[i]) - unseen.Elements[i]).Magnitude, Is.LessThan(Rounding));
        }
    }

    /// <summary>Teleportation by two measurements in the middle of the circuit, and a reset of what was measured.</summary>
    [TestCase(0, 0)]
    [TestCase(0, 1)]
    [TestCase(1, 0)]
    [TestCase(1, 1)]
    public void A_state_is_teleported_whatever_is_measured(int first, int second)
    {
        DensityMatrix state = new(3), sent = new(1);
        Circuit message = new CircuitBuilder(1).RY(0, 0.7).RZ(0, 1.1).Build();
        sent.Run(message, [], []);
        state.Run(message, [], []);
        state.Run(new CircuitBuilder(3).H(1).CNOT(1, 2).CNOT(0, 1).H(0).Build(), [], []);

        Assert.That(state.Collapse(0, first) * state.Collapse(1, second), Is.EqualTo(0.25).Within(Rounding));
        CircuitBuilder correction = new(3);
        if (second == 1) correction.X(2);
        if (first == 1) correction.Z(2);
        state.Run(correction.Build(), [], []);
        state.Apply(QubitChannel.Reset, 0);
        state.Apply(QubitChannel.Reset, 1);

        foreach (char axis in "XYZ") Assert.That(state.Expectation(PauliString.Parse($"{axis}2")), Is.EqualTo(sent.Expectation(PauliString.Parse($"{axis}0"))).Within(Rounding));
        Assert.That(state.Probabilities()[..2].Sum(), Is.EqualTo(1).Within(Rounding));
    }

    [Test]
    public void The_overlap_of_pure_states_is_their_fidelity()
    {
        DensityMatrix a = new(2), b = new(2);
        Circuit circuit = new CircuitBuilder(2).RY(0, Angle.Input(0)).CNOT(0, 1).Build();
        a.Run(circuit, [0.3], []);
        b.Run(circuit, [1.1], []);
        Assert.That(a.Overlap(b), Is.EqualTo(Math.Pow(Math.Cos(0.4), 2)).Within(Rounding));
    }

    [Test]
    public void An_outcome_that_cannot_be_leaves_the_state()
    {
        DensityMatrix state = new(2);
        Assert.That(state.Collapse(1, 1), Is.Zero);
        Assert.That(state.Probabilities(), Is.EqualTo([1.0, 0, 0, 0]));
    }

    [Test]
    public void Wrong_arguments_are_refused()
    {
        DensityMatrix state = new(2);
        Circuit three = new CircuitBuilder(3).H(2).Build();
        Assert.That(() => new DensityMatrix(0), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new DensityMatrix(7), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => state.Run(three, [], []), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => state.Apply(QubitChannel.Reset, 2), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => state.Collapse(0, 2), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => state.Expectation(PauliString.Z(2)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => state.Overlap(new(1)), Throws.InstanceOf<ArgumentException>());
        foreach (double p in (double[])[-0.1, 1.1, double.NaN])
            foreach (Func<double, QubitChannel> channel in (Func<double, QubitChannel>[])[QubitChannel.Depolarizing, QubitChannel.Dephasing, QubitChannel.AmplitudeDamping])
                Assert.That(() => channel(p), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>Gates and channels in turn.</summary>
    private static DensityMatrix Noisy(Random random, int qubits, int steps)
    {
        DensityMatrix state = new(qubits);
        for (int step = 0; step < steps; step++)
        {
            state.Run(new RandomCircuit(qubits).AddGates(random, 6).Circuit, [], []);
            double p = random.NextDouble();
            QubitChannel[] channels = [QubitChannel.Depolarizing(p), QubitChannel.Dephasing(p), QubitChannel.AmplitudeDamping(p), QubitChannel.Measurement, QubitChannel.Reset];
            state.Apply(channels[random.Next(channels.Length)], random.Next(qubits));
        }
        return state;
    }
}
