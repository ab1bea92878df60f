using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum;

/// <summary>What holds of every fidelity, in double and in float, up to 768 qubits.</summary>
[TestFixture(typeof(double))]
[TestFixture(typeof(float))]
public sealed class FidelityLawTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-12;

    [Property]
    public bool Lies_between_0_and_1(int seed, ushort size, byte closeness)
    {
        (T[] u, T[] v) = Draw(seed, size, closeness);
        return Score(u, v) is <= 1e-6 and > double.NegativeInfinity && Math.Exp(Score(u, v)) is >= 0 and <= 1 + 1e-6;
    }

    [Property]
    public bool Is_symmetric(int seed, ushort size, byte closeness)
    {
        (T[] u, T[] v) = Draw(seed, size, closeness);
        return Score(u, v) == Score(v, u);
    }

    [Property]
    public bool Is_1_with_itself(int seed, ushort size)
    {
        (T[] u, _) = Draw(seed, size, 0);
        return Math.Abs(Math.Exp(Score(u, u)) - 1) <= 1e-6;
    }

    [Test]
    public void Is_1_with_itself_at_768_qubits()
    {
        T[] u = Samples.States<T>(Samples.Uniform<double>(new Random(1), 768, -Math.PI, Math.PI));

        Assert.That(Math.Exp(Score(u, u)), Is.EqualTo(1).Within(1e-6));
    }

    [Property]
    public bool A_common_rotation_changes_nothing(int seed, ushort size, byte closeness)
    {
        // Each qubit turns by an angle of its own, the same for both states.
        Random random = new(seed);
        int k = 1 + (size % 768);
        double[] first = Samples.Uniform<double>(random, k, -Math.PI, Math.PI), turn = Samples.Uniform<double>(random, k, -Math.PI, Math.PI);
        double[] second = [.. first.Select(angle => angle + (Spread(closeness) * ((2 * random.NextDouble()) - 1)))];
        double before = Score(Samples.States<T>(first), Samples.States<T>(second));
        double after = Score(Samples.States<T>(first.Zip(turn, (a, t) => a + t)), Samples.States<T>(second.Zip(turn, (a, t) => a + t)));
        return Math.Abs(Math.Exp(before) - Math.Exp(after)) <= 1e-6;
    }

    [Property]
    public bool Squared_angles_bound_the_log_fidelity(int seed, ushort size, byte closeness, bool encoded)
    {
        // All x of one sign, as the model leaves them: angles in [0, pi], or in [-pi, 0]; half of the cases within a narrow cone.
        Random random = new(seed);
        int k = 1 + (size % 768);
        double sign = encoded ? -1 : 1;
        double[] first = Samples.Uniform<double>(random, k, 0, Math.PI);
        double[] second = [.. first.Select(angle => sign * Math.Clamp(angle + (Spread(closeness) * ((2 * random.NextDouble()) - 1)), 0, Math.PI))];
        T[] u = Samples.States<T>(first.Select(angle => sign * angle)), v = Samples.States<T>(second), omegaU = new T[k], omegaV = new T[k];
        Readout.Angles<T>(u, omegaU);
        Readout.Angles<T>(v, omegaV);
        double squared = Samples.Exact(omegaU).Zip(Samples.Exact(omegaV), (a, b) => (a - b) * (a - b)).Sum();

        double distance = -Score(u, v);

        // Each factor is rounded to the element's precision, in float to 6e-8; the bound holds up to that.
        double unit = double.CreateTruncating(T.BitIncrement(T.One) - T.One);
        return distance >= (squared / 4 * (1 - (8 * unit))) - (2 * k * unit);
    }

    [Property]
    public bool Close_states_nearly_reach_the_bound(int seed, ushort size)
    {
        Random random = new(seed);
        int k = 1 + (size % 768);
        double[] first = Samples.Uniform<double>(random, k, 0.1, 3), second = [.. first.Select(angle => angle + (0.1 * ((2 * random.NextDouble()) - 1)))];
        double squared = first.Zip(second, (a, b) => (a - b) * (a - b)).Sum(), fourth = first.Zip(second, (a, b) => Math.Pow(a - b, 4)).Sum();

        double distance = -Score(Samples.States<T>(first), Samples.States<T>(second));

        // -ln cos^2(t/2) = t^2/4 + t^4/96 + ...; the next term is below a thousandth of the second one here.
        return Math.Abs(distance - (squared / 4) - (fourth / 96)) <= (0.001 * fourth / 96) + (Tolerance * k);
    }

    [Property]
    public bool Never_underflows(int seed, byte closeness)
    {
        // 768 qubits around a factor of 0.5: F is about 1e-230, far below the smallest float.
        Random random = new(seed);
        double[] first = Samples.Uniform<double>(random, 768, -Math.PI, Math.PI), second = [.. first.Select(a => a + (Math.PI / 2) + (closeness / 1e4))];
        double expected = SimilarityOracle.LogFidelity<double>(first, second);
        double score = Score(Samples.States<T>(first), Samples.States<T>(second));

        // Without vectors, 192 logarithms of four factors each are added one after the other, each addition rounding by half a
        // unit; a factor of a half rounds by three halves of a unit at most, as much as nine of its logarithm's half units.
        double half = double.CreateTruncating(T.BitIncrement(T.One) - T.One) / 2;
        return Math.Abs(score - expected) <= (((192 + 9) * half) + 1e-12) * Math.Abs(expected);
    }

    [Property]
    public bool Orthogonal_states_have_a_finite_logarithm(int seed, ushort size)
    {
        int k = 1 + (size % 768);
        double[] first = Samples.Uniform<double>(new Random(seed), k, -Math.PI, Math.PI);
        double score = Score(Samples.States<T>(first), Samples.States<T>(first.Select(a => a + Math.PI)));
        return score < -15 * k && score >= 1.0001 * k * Math.Log(1e-9);
    }

    [TestCase(768, 64, 6)]
    [TestCase(100, 500, 3)]
    [TestCase(33, 300, 11)]
    public void Two_threads_compute_the_bits_of_one(int qubits, int queries, int perQuery)
    {
        Random random = new(qubits);
        using WorkerPool pool = new(2);
        int rows = queries * 2;
        T[] states = [.. Enumerable.Range(0, rows).SelectMany(_ => Samples.States<T>(Samples.Uniform<double>(random, qubits, 0, 2)))];
        int[] query = [.. Enumerable.Range(0, queries).Select(_ => random.Next(rows))];
        int[] candidate = [.. Enumerable.Range(0, queries * perQuery).Select(_ => random.Next(-1, rows))];
        T[] upstream = Samples.Normal<T>(random, candidate.Length);
        (T[] scores, T[] gradient) = Run(WorkerPool.Single);

        for (int repeat = 0; repeat < 5; repeat++)
        {
            (T[] sharedScores, T[] sharedGradient) = Run(pool);

            Assert.That(sharedScores.AsSpan().SequenceEqual(scores), "scores");
            Assert.That(sharedGradient.AsSpan().SequenceEqual(gradient), "gradient");
        }

        (T[] Scores, T[] Gradient) Run(WorkerPool workers)
        {
            T[] found = new T[candidate.Length], dstates = new T[states.Length];
            Fidelity.Forward<T>(workers, states, qubits, query, candidate, found);
            Fidelity.Backward<T>(workers, states, qubits, query, candidate, upstream, dstates);
            return (found, dstates);
        }
    }

    // How far two angles may lie apart: from a thousandth to all of pi.
    private static double Spread(byte closeness) => Math.PI * Math.Pow(10, -3 * (closeness / 255.0));

    private static (T[] U, T[] V) Draw(int seed, ushort size, byte closeness)
    {
        Random random = new(seed);
        double[] first = Samples.Uniform<double>(random, 1 + (size % 768), -Math.PI, Math.PI);
        return (Samples.States<T>(first), Samples.States<T>(first.Select(angle => angle + (Spread(closeness) * ((2 * random.NextDouble()) - 1)))));
    }

    private static double Score(T[] u, T[] v)
    {
        T[] score = new T[1];
        Fidelity.Forward<T>(WorkerPool.Single, (T[])[.. u, .. v], u.Length / 2, [0], [1], score);
        return double.CreateTruncating(score[0]);
    }
}
