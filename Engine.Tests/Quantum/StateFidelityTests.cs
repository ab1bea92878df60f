using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum;

/// <summary>What holds of every fidelity of states by their amplitudes, in double and in float.</summary>
[TestFixture(typeof(double))]
[TestFixture(typeof(float))]
public sealed class StateFidelityTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Tolerance = typeof(T) == typeof(float) ? 1e-5 : 1e-9;

    [Property]
    public bool Lies_between_0_and_1_and_is_the_plain_formula(int seed, byte size)
    {
        (T[] u, T[] v) = Draw(seed, size);
        double score = Score(u, v), expected = SimilarityOracle.StateFidelity<T>(u, v);
        return score <= 0 && score >= Math.Log(StateFidelity.Least) - 1e-5 && Math.Abs(Math.Exp(score) - Math.Max(expected, StateFidelity.Least)) <= Tolerance;
    }

    [Property]
    public bool Is_symmetric(int seed, byte size)
    {
        (T[] u, T[] v) = Draw(seed, size);
        return Math.Abs(Math.Exp(Score(u, v)) - Math.Exp(Score(v, u))) <= Tolerance;
    }

    [Property]
    public bool Is_1_with_itself_in_any_phase(int seed, byte size)
    {
        (T[] u, _) = Draw(seed, size);
        return Math.Abs(Score(u, u)) <= Tolerance && Math.Abs(Score(u, Phased(u, seed))) <= Tolerance;
    }

    [Property(MaxTest = 30)]
    public bool A_common_unitary_changes_nothing(int seed, byte size)
    {
        int n = 1 + (size % 16);
        (T[] u, T[] v) = Draw(seed, (byte)(n - 1));
        Complex[] unitary = CircuitOracle.RandomUnitary(new Random(seed), n);
        return Math.Abs(Math.Exp(Score(u, v)) - Math.Exp(Score(Turned(unitary, u), Turned(unitary, v)))) <= Tolerance;
    }

    [Property(MaxTest = 30)]
    public void Pairs_by_index_are_those_of_all_pairs(int seed, byte size)
    {
        Random random = new(seed);
        int n = 1 + (size % 40), rows = 7;
        T[] states = [.. Enumerable.Range(0, rows).SelectMany(row => Draw(seed + row, (byte)(n - 1)).U)], all = new T[rows * rows];
        StateFidelity.All<T>(WorkerPool.Single, states, states, n, all);
        int[] queries = [3, 0], candidates = [random.Next(rows), -1, 3, 1, random.Next(rows), 0];
        T[] scores = new T[6], overlaps = new T[12];

        StateFidelity.Forward<T>(WorkerPool.Single, states, n, queries, candidates, overlaps, scores);

        for (int i = 0; i < 6; i++)
        {
            double expected = candidates[i] < 0 ? 0 : Math.Exp(double.CreateTruncating(all[(queries[i / 3] * rows) + candidates[i]]));
            Assert.That(Math.Exp(double.CreateTruncating(scores[i])), Is.EqualTo(expected).Within(Tolerance));
        }
    }

    [Test]
    public void A_row_has_the_same_bits_in_any_batch_and_at_any_thread_count()
    {
        using WorkerPool pool = new(3);
        T[] states = [.. Enumerable.Range(0, 300).SelectMany(row => Draw(row, 63).U)], together = new T[300 * 300], alone = new T[300];
        StateFidelity.All<T>(pool, states, states, 64, together);
        StateFidelity.All<T>(WorkerPool.Single, states.AsSpan(128 * 17, 128), states, 64, alone);
        Bits.AreEqual<T>("row 17", together.AsSpan(300 * 17, 300).ToArray(), alone);
    }

    [Test]
    public void What_is_no_number_stays_none_and_orthogonal_states_have_a_finite_gradient()
    {
        T nan = T.NaN;
        Assert.That(double.IsNaN(Score([nan, T.Zero], [T.One, T.Zero])));
        T[] states = [T.One, T.Zero, T.Zero, T.Zero, T.Zero, T.One, T.Zero, T.Zero], overlaps = new T[2], score = new T[1], gradient = new T[8];
        StateFidelity.Forward<T>(WorkerPool.Single, states, 2, [0], [1], overlaps, score);
        StateFidelity.Backward<T>(WorkerPool.Single, states, 2, [0], [1], overlaps, [T.One], gradient);
        Assert.That(double.CreateTruncating(score[0]), Is.EqualTo(Math.Log(1e-9)).Within(1e-5));
        Assert.That(gradient, Is.All.EqualTo(T.Zero));
    }

    [Test]
    public void Lengths_and_rows_that_do_not_fit_are_refused()
    {
        T[] states = new T[8], score = new T[1];
        Assert.That(() => StateFidelity.All<T>(WorkerPool.Single, new T[3], states, 2, score), Throws.ArgumentException);
        Assert.That(() => StateFidelity.All<T>(WorkerPool.Single, new T[4], states, 2, score), Throws.ArgumentException);
        Assert.That(() => StateFidelity.Forward<T>(WorkerPool.Single, states, 2, [2], [0], new T[2], score), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => StateFidelity.Forward<T>(WorkerPool.Single, states, 2, [0], [2], new T[2], score), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => StateFidelity.Forward<T>(WorkerPool.Single, states, 2, [0], [0], new T[1], score), Throws.ArgumentException);
        Assert.That(() => StateFidelity.Backward<T>(WorkerPool.Single, states, 2, [0], [0], new T[2], score, new T[4]), Throws.ArgumentException);
        Assert.That(() => StateFidelity.Backward<T>(WorkerPool.Single, states, 2, [0], [0], new T[2], score, states), Throws.ArgumentException);
    }

    private static double Score(T[] u, T[] v)
    {
        T[] score = new T[1];
        StateFidelity.All<T>(WorkerPool.Single, u, v, u.Length / 2, score);
        return double.CreateTruncating(score[0]);
    }

    private static (T[] U, T[] V) Draw(int seed, byte size)
    {
        Random random = new(seed);
        int n = 1 + (size % 64);
        double[] u = Samples.Normal<double>(random, 2 * n), v = [.. u.Zip(Samples.Normal<double>(random, 2 * n), (a, b) => a + (seed % 3 * b))];
        return (Unit(u), Unit(v));
    }

    private static T[] Unit(double[] x)
    {
        double length = Math.Sqrt(x.Sum(a => a * a));
        return Samples.As<T>([.. x.Select(a => a / length)]);
    }

    private static Complex[] Amplitudes(T[] state) =>
        [.. Enumerable.Range(0, state.Length / 2).Select(i => new Complex(double.CreateTruncating(state[i]), double.CreateTruncating(state[(state.Length / 2) + i])))];

    private static T[] Numbers(Complex[] state) => Samples.As<T>([.. state.Select(a => a.Real), .. state.Select(a => a.Imaginary)]);

    private static T[] Phased(T[] state, int seed) => Numbers([.. Amplitudes(state).Select(a => a * Complex.FromPolarCoordinates(1, seed))]);

    private static T[] Turned(Complex[] unitary, T[] state) => Numbers(CircuitOracle.Product(unitary, Amplitudes(state)));
}
