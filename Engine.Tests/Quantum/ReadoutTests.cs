using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Quantum;

/// <summary>The written forms of a compressed embedding.</summary>
[TestFixture(typeof(double))]
[TestFixture(typeof(float))]
public sealed class ReadoutTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-14;

    [TestCase(CompressionGate.ControlledU)]
    [TestCase(CompressionGate.Cnot)]
    public void Angles_give_the_states_back(CompressionGate gate)
    {
        // 10 -> 6 leaves the two low qubits as encoded, with x <= 0; the other four are measured, with x >= 0.
        Random random = new(1);
        Head<T> head = Head<T>.Random(random, 10, 6, gate);
        foreach (T[] row in Samples.Normal<T>(random, 200 * 10).Chunk(10))
        {
            T[] states = head.States(row), angles = new T[6], again = new T[12];

            Readout.Angles<T>(states, angles);
            Readout.FromAngles<T>(angles, again);

            Assert.That(Samples.Exact(angles[..2]), Is.All.InRange(-Math.PI, 0.0), "encoded");
            Assert.That(Samples.Exact(angles[2..]), Is.All.InRange(0.0, Math.PI), "measured");
            Assert.That(Near.LargestError(Samples.Exact(again), Samples.Exact(states)), Is.LessThan(Tolerance));
        }
    }

    [Test]
    public void States_give_the_angles_back()
    {
        // A pole too keeps its side: measured qubits end at +pi, encoded ones at -pi.
        T[] angles = [.. Enumerable.Range(-314, 629).Select(i => T.CreateTruncating(i / 100.0)), T.Pi, -T.Pi, T.Zero];
        T[] states = new T[2 * angles.Length], again = new T[angles.Length];

        Readout.FromAngles<T>(angles, states);
        Readout.Angles<T>(states, again);

        Assert.That(Near.LargestError(Samples.Exact(again), Samples.Exact(angles)), Is.LessThan(Tolerance));
    }

    [Test]
    public void Angles_are_the_arc_tangents_of_x_and_z_alone_or_in_a_row()
    {
        // Near every axis too, where the quotient is tiny or huge.
        double[] omegas = [.. Samples.Uniform<double>(new Random(8), 2000, -Math.PI, Math.PI), .. from axis in Enumerable.Range(-2, 5) from power in Enumerable.Range(1, 40) from side in (int[])[-1, 1] select (axis * Math.PI / 2) + (side * Math.Pow(2, -power))];
        T[] states = [.. omegas.Select(omega => T.CreateTruncating(Math.Sin(omega))), .. omegas.Select(omega => T.CreateTruncating(Math.Cos(omega)))];
        T[] angles = new T[omegas.Length], alone = new T[1];

        Readout.Angles<T>(states, angles);

        for (int i = 0; i < angles.Length; i++)
        {
            T x = states[i], z = states[angles.Length + i];
            double exact = Math.Atan2(double.CreateTruncating(x), double.CreateTruncating(z));
            Assert.That(double.CreateTruncating(angles[i]), Is.EqualTo(exact).Within(typeof(T) == typeof(float) ? 3e-7 * Math.Abs(exact) : 6e-16 * Math.Abs(exact)), $"x {x}, z {z}");
            Readout.Angles<T>([x, z], alone);
            Assert.That(alone[0], Is.EqualTo(angles[i]));
        }
    }

    [Test]
    public void Angles_of_the_axes_are_those_of_the_arc_tangent()
    {
        T zero = T.Zero, one = T.One;
        foreach ((T x, T z) in ((T, T)[])[(zero, one), (-zero, one), (zero, -one), (-zero, -one), (one, zero), (one, -zero), (-one, zero), (-one, -zero), (T.NaN, one), (one, T.NaN)])
        {
            T[] angle = new T[1];
            Readout.Angles<T>([x, z], angle);
            Bits.AreEqual<T>($"x {x}, z {z}", angle, [T.Atan2(x, z)]);
        }
    }

    [Test]
    public void States_of_any_angles_are_their_sines_and_cosines_alone_or_in_a_row()
    {
        foreach (int count in AwkwardSizes.Positive)
        {
            T[] angles = Samples.Uniform<T>(new Random(count), count, -4, 4), states = new T[2 * count], alone = new T[2];

            Readout.FromAngles<T>(angles, states);

            for (int i = 0; i < count; i++)
            {
                (double sin, double cos) = Math.SinCos(double.CreateTruncating(angles[i]));
                Assert.That(double.CreateTruncating(states[i]), Is.EqualTo(sin).Within(Tolerance));
                Assert.That(double.CreateTruncating(states[count + i]), Is.EqualTo(cos).Within(Tolerance));
                Readout.FromAngles<T>([angles[i]], alone);
                Assert.That(alone, Is.EqualTo(new[] { states[i], states[count + i] }));
            }
        }
        T[] none = new T[6];
        Readout.FromAngles<T>([T.NaN, T.PositiveInfinity, T.One], none);
        Assert.That(none.Select(T.IsNaN), Is.EqualTo(new[] { true, true, false, true, true, false }));
    }

    [TestCase(0, -1, true)]
    [TestCase(0, -1, false)]
    [TestCase(0, 1, true)]
    [TestCase(0, 1, false)]
    public void Poles_keep_their_side_through_angles(double x, double z, bool negative)
    {
        T[] states = [negative ? -T.CreateTruncating(x) : T.CreateTruncating(x), T.CreateTruncating(z)], angle = new T[1], again = new T[2], twice = new T[1];

        Readout.Angles<T>(states, angle);
        Readout.FromAngles<T>(angle, again);
        Readout.Angles<T>(again, twice);

        Assert.That(T.IsNegative(again[0]), Is.EqualTo(negative), "sign of x");
        Assert.That(double.CreateTruncating(twice[0]), Is.EqualTo(double.CreateTruncating(angle[0])).Within(Tolerance));
    }

    [Test]
    public void Amplitudes_are_normalised_and_their_squares_are_the_probabilities()
    {
        T[] states = Samples.States<T>(Samples.Uniform<double>(new Random(2), 500, -Math.PI, Math.PI)), amplitudes = new T[1000], expectations = new T[500];

        Readout.Amplitudes<T>(states, amplitudes);
        Readout.Expectations<T>(states, expectations);

        double[] a = Samples.Exact(amplitudes), z = Samples.Exact(expectations), x = Samples.Exact(states);
        for (int i = 0; i < 500; i++)
        {
            double zero = a[i] * a[i], one = a[500 + i] * a[500 + i];
            Assert.That(zero + one, Is.EqualTo(1).Within(Tolerance), $"norm of qubit {i}");
            Assert.That(zero - one, Is.EqualTo(z[i]).Within(Tolerance), $"z of qubit {i}");
            Assert.That(2 * a[i] * a[500 + i], Is.EqualTo(x[i]).Within(Tolerance), $"x of qubit {i}");
        }
    }

    [Test]
    public void Fidelity_is_the_cosine_of_half_the_angles_difference()
    {
        Random random = new(3);
        double[] u = Samples.Uniform<double>(random, 20, 0, 2), v = Samples.Uniform<double>(random, 20, 0, 2);
        T[] states = new T[80];
        Readout.FromAngles<T>(Samples.As<T>(u), states.AsSpan(0, 40));
        Readout.FromAngles<T>(Samples.As<T>(v), states.AsSpan(40));
        T[] scores = new T[1];

        Fidelity.Forward<T>(QEngine.Workers.WorkerPool.Single, states, 20, [0], [1], scores);

        double expected = SimilarityOracle.Fidelity<double>(u, v);
        Assert.That(Math.Exp(double.CreateTruncating(scores[0])), Is.EqualTo(expected).Within(Tolerance));
    }
}
