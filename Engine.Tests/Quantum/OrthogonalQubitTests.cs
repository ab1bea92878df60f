using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Simd;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum;

/// <summary>
/// Orthogonal qubits have the smallest factor, so their product passes every bound of the number format, in the lanes and in the tail, and
/// ln F is k times one logarithm whatever k is.
/// </summary>
[TestFixture(typeof(LaneScalar<float>), typeof(float))]
[TestFixture(typeof(Lane128<float>), typeof(float))]
[TestFixture(typeof(Lane256<float>), typeof(float))]
[TestFixture(typeof(Lane512<float>), typeof(float))]
[TestFixture(typeof(LaneScalar<double>), typeof(double))]
[TestFixture(typeof(Lane128<double>), typeof(double))]
[TestFixture(typeof(Lane256<double>), typeof(double))]
[TestFixture(typeof(Lane512<double>), typeof(double))]
internal sealed class OrthogonalQubitTests<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Tolerance = 0.01;

    private static readonly double LogOfSmallest = Math.Log(double.CreateTruncating(T.CreateTruncating(1e-9)));

    // A scale is applied when a few lanes of factors have been multiplied, a tail comes after: all of it happens several times up to here.
    private static readonly int Longest = 3 * 16 * Math.Max(4, TLane.Count);

    [Test]
    public void All_orthogonal_is_k_logarithms_at_every_length()
    {
        for (int qubits = 1; qubits <= Longest; qubits++)
        {
            (T[] u, T[] v) = Poles(qubits, _ => true);

            Assert.That(Score(u, v), Is.EqualTo(qubits * LogOfSmallest).Within(Tolerance), $"{qubits} qubits");
        }
    }

    [Test]
    public void Only_the_orthogonal_ones_count_wherever_they_are()
    {
        // All from some place on, all up to it, and every second one: one lane scales while its neighbours do not.
        for (int qubits = 1; qubits <= Longest; qubits += 19)
            for (int place = 0; place <= qubits; place += 11)
                foreach (Func<int, bool> isOrthogonal in (Func<int, bool>[])[i => i >= place, i => i < place, i => (i + place) % 2 == 0])
                {
                    (T[] u, T[] v) = Poles(qubits, isOrthogonal);

                    int count = Enumerable.Range(0, qubits).Count(isOrthogonal);
                    Assert.That(Score(u, v), Is.EqualTo(count * LogOfSmallest).Within(Tolerance), $"{count} of {qubits} qubits, {place}");
                }
    }

    private static double Score(T[] u, T[] v) => double.CreateTruncating(FidelityLanes<TLane, T>.Log(u, v));

    /// <summary>States at the four poles of the circle, where factors of 0 and of 1 are exact.</summary>
    private static (T[] U, T[] V) Poles(int qubits, Func<int, bool> isOrthogonal)
    {
        T[] u = new T[2 * qubits], v = new T[2 * qubits];
        for (int i = 0; i < qubits; i++)
        {
            u[i % 2 == 0 ? i : qubits + i] = i % 4 < 2 ? T.One : -T.One;
            int at = i % 2 == 0 ? i : qubits + i;
            v[at] = isOrthogonal(i) ? -u[at] : u[at];
        }
        return (u, v);
    }
}

/// <summary>The same through the kernels, as they are called.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class OrthogonalQubitTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // 79 and 143 are a few scales and a tail with lanes of 16, 128 and 768 are without a tail.
    [TestCase(79)]
    [TestCase(128)]
    [TestCase(143)]
    [TestCase(768)]
    public void Lists_and_matrices_score_k_logarithms(int qubits)
    {
        // Three rows that are orthogonal to the query: a pair of rows, and one alone.
        T[] query = new T[2 * qubits], row = new T[2 * qubits], scores = new T[3], all = new T[3];
        query.AsSpan(qubits).Fill(T.One);
        row.AsSpan(qubits).Fill(-T.One);
        T[] states = [.. query, .. row, .. row, .. row];
        double expected = qubits * Math.Log(double.CreateTruncating(T.CreateTruncating(1e-9)));

        Fidelity.Forward<T>(WorkerPool.Single, states, qubits, [0], [1, 2, 3], scores);
        FidelityMatrix.Forward<T>(WorkerPool.Single, query, states.AsSpan(2 * qubits), qubits, all);

        Assert.That(Samples.Exact(scores), Is.All.EqualTo(expected).Within(0.01));
        Assert.That(all, Is.EqualTo(scores));
    }
}
