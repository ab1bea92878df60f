using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Simd;
using QEngine.Tests.Oracles;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum;

/// <summary>The bounds hold of ln F as it is computed, in single precision, wherever the angles are.</summary>
public sealed class FidelityBoundTests
{
    private static readonly int[] Qubits = [1, 2, 3, 5, 16, 17, 64, 100, 256, 768];

    [Property(MaxTest = 400)]
    public void No_state_beyond_the_reach_of_a_score_has_it(int seed, byte spread)
    {
        (float[] u, float[] v) = Draw(seed, spread, halfCircle: true);
        double squares = u.Zip(v, (a, b) => ((double)a - b) * ((double)a - b)).Sum();

        double reach = FidelityBound.Reach(u.Length, Score(u, v));

        Assert.That(squares, Is.LessThanOrEqualTo(reach));
    }

    [Property(MaxTest = 400)]
    public void No_state_beyond_the_cost_of_a_score_has_it(int seed, byte spread)
    {
        (float[] u, float[] v) = Draw(seed, spread, halfCircle: false);

        Assert.That(Cost(u, v), Is.InRange(0, FidelityBound.Cost(u.Length, Score(u, v))));
    }

    [Property(MaxTest = 200)]
    public void A_cost_is_the_series_from_below(int seed, byte spread)
    {
        (float[] u, float[] v) = Draw(seed, spread, halfCircle: false);
        double exact = -SimilarityOracle.LogFidelity<float>(u, v);
        double series = u.Zip(v, (a, b) => Series(Math.IEEERemainder((double)a - b, 2 * Math.PI))).Sum();

        Assert.That(Cost(u, v), Is.EqualTo(series).Within(1e-5 * (1 + (u.Length / 10.0) + series)));
        Assert.That(series, Is.LessThanOrEqualTo(exact + 1e-12 + (1e-12 * exact)));
    }

    [TestCase(64)]
    [TestCase(256)]
    [TestCase(768)]
    public void Of_states_as_close_as_a_model_makes_them_hardly_anything_is_given_away(int qubits)
    {
        // ln F of about -0.5 over all qubits, as of a good hit: the distance in reach is within a tenth of the distance.
        float[] u = Angles(new Random(1), qubits, 0.5, 2.5), v = Moved(new Random(2), u, 2 * Math.Sqrt(0.5 / qubits));
        double squares = u.Zip(v, (a, b) => ((double)a - b) * ((double)a - b)).Sum();

        Assert.That(FidelityBound.Reach(qubits, Score(u, v)), Is.InRange(squares, 1.1 * squares));
        Assert.That(FidelityBound.Cost(qubits, Score(u, v)), Is.InRange(Cost(u, v), 1.1 * Cost(u, v)));
    }

    [Test]
    public void A_state_is_within_reach_of_itself_at_any_score_above()
    {
        foreach (int qubits in Qubits)
        {
            float[] u = Angles(new Random(qubits), qubits, -Math.PI, Math.PI);

            Assert.That(FidelityBound.Reach(qubits, 0), Is.Positive.And.LessThan(1e-3 * qubits));
            Assert.That(FidelityBound.Reach(qubits, float.NegativeInfinity), Is.EqualTo(double.PositiveInfinity));
            Assert.That(FidelityBound.Cost(qubits, float.NegativeInfinity), Is.EqualTo(float.PositiveInfinity));
            Assert.That(Cost(u, u), Is.Zero);
        }
    }

    [Test]
    public void Factors_of_single_qubits_are_bounded_at_every_angle_between_them()
    {
        // Over all differences, the poles among them, and where one state lies.
        float[] u = new float[1], v = new float[1];
        foreach (float start in new[] { 0f, 1f, -1.7f, MathF.PI / 2, MathF.PI, -MathF.PI })
        {
            for (int step = 0; step <= 20_000; step++)
            {
                (u[0], v[0]) = (start, start - (MathF.Sign(start) * MathF.PI * step / 20_000));
                if (start == 0) v[0] = MathF.PI * step / 20_000;
                float score = Score(u, v);
                double difference = (double)u[0] - v[0];

                if (!(difference * difference <= FidelityBound.Reach(1, score)) || !(Cost(u, v) <= FidelityBound.Cost(1, score)))
                    Assert.Fail($"angles {u[0]:R} and {v[0]:R}, ln F {score:R}");
            }
        }
    }

    [Test]
    public void Roundings_that_are_the_same_in_every_qubit_are_bounded()
    {
        // Each pair of angles in so many qubits that what a factor is off by outweighs the roundings of the sum.
        const int Qubits = 256;
        float[] u = new float[Qubits], v = new float[Qubits];
        SplittableRandom random = new(3);
        for (int pair = 0; pair < 3000; pair++)
        {
            float angle = (float)(random.NextDouble() * Math.PI), other = (float)(random.NextDouble() * Math.PI);
            if (pair % 2 == 0) other = Math.Clamp(angle + (float)(0.3 * (random.NextDouble() - 0.5)), 0, MathF.PI);
            Array.Fill(u, angle);
            Array.Fill(v, other);
            float score = Score(u, v);
            double difference = (double)angle - other;

            bool reached = Qubits * difference * difference <= FidelityBound.Reach(Qubits, score);
            if (!reached || !(Cost(u, v) <= FidelityBound.Cost(Qubits, score))) Assert.Fail($"angles {angle:R} and {other:R}, ln F {score:R}");
        }
    }

    private static float Score(float[] u, float[] v)
    {
        float[] states = new float[4 * u.Length], score = new float[1];
        Readout.FromAngles<float>(u, states.AsSpan(0, 2 * u.Length));
        Readout.FromAngles<float>(v, states.AsSpan(2 * u.Length));
        FidelityMatrix.Forward<float>(WorkerPool.Single, states.AsSpan(0, 2 * u.Length), states.AsSpan(2 * u.Length), u.Length, score);
        return score[0];
    }

    private static float Cost(float[] u, float[] v)
    {
        float[] costs = new float[1];
        FidelityBound.Costs(u, [.. new float[u.Length], .. v], [1], costs);
        return costs[0];
    }

    private static double Series(double t)
    {
        double s = t * t;
        return Math.Min(2.5, (s / 4) + (s * s / 96) + (s * s * s / 1440) + (17 * s * s * s * s / 322560) + (31 * s * s * s * s * s / 7257600));
    }

    private static (float[] U, float[] V) Draw(int seed, byte spread, bool halfCircle)
    {
        Random random = new(seed);
        int qubits = Qubits[random.Next(Qubits.Length)];
        float[] u = Angles(random, qubits, halfCircle ? 0 : -Math.PI, Math.PI);
        // From neighbouring numbers to anywhere, and some qubits at the poles.
        float[] v = spread < 10 ? [.. u.Select(MathF.BitIncrement)] : Moved(random, u, Math.Pow(10, (spread - 220) / 50.0));
        for (int i = 0; i < qubits; i++)
        {
            if (random.Next(20) == 0) u[i] = random.Next(2) == 0 ? 0 : MathF.PI;
            if (random.Next(20) == 0) v[i] = random.Next(2) == 0 ? 0 : MathF.PI;
            v[i] = halfCircle ? Math.Clamp(v[i], 0, MathF.PI) : Math.Clamp((float)Math.IEEERemainder(v[i], 2 * Math.PI), -MathF.PI, MathF.PI);
        }
        // Encoded qubits have negative angles.
        return random.Next(2) == 0 ? (u, v) : ([.. u.Select(angle => -angle)], [.. v.Select(angle => -angle)]);
    }

    private static float[] Angles(Random random, int count, double from, double to) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(from + ((to - from) * random.NextDouble())))];

    private static float[] Moved(Random random, float[] angles, double deviation) =>
        [.. angles.Select(angle => (float)(angle + (deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))))];
}
