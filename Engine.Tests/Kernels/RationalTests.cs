using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class RationalTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Test]
    public void Values_and_gradients_are_those_of_the_formula()
    {
        foreach ((int rows, int columns, int groups) in ((int, int, int)[])[(1, 1, 1), (3, 8, 8), (5, 24, 2), (2, 66, 2), (700, 48, 8), (3, 20000, 4), (0, 4, 2)])
        {
            T[] x = Samples.Uniform<T>(1, rows * columns, -2, 2), a = Samples.Uniform<T>(2, 6), b = Samples.Uniform<T>(3, groups * 4), upstream = Samples.Uniform<T>(4, x.Length);
            T[] before = Samples.Uniform<T>(5, x.Length), beforeA = Samples.Uniform<T>(6, 6), beforeB = Samples.Uniform<T>(7, b.Length);
            Trial<T> trial = new($"rational {rows} x {columns} in {groups}");
            GuardedSpan<T> input = trial.Input(x), numerators = trial.Input(a), denominators = trial.Input(b), dy = trial.Input(upstream);
            GuardedSpan<T> y = trial.Output(x.Length), dx = trial.InOut(before), da = trial.InOut(beforeA), db = trial.InOut(beforeB);

            trial.Run(workers =>
            {
                Rational.Forward<T>(workers, input.Span, columns, numerators.Span, denominators.Span, y.Span);
                Rational.Backward<T>(workers, input.Span, columns, numerators.Span, denominators.Span, dy.Span, dx.Span, da.Span, db.Span);
            });

            double[] exactX = Samples.Exact<T>(x), exactA = Samples.Exact<T>(a), exactB = Samples.Exact<T>(b), exactDy = Samples.Exact<T>(upstream);
            Near.Values<T>(trial.What, y.Span, RationalOracle.Rows(exactX, columns, exactA, exactB), 12, magnitude: 20);
            (double[] expected, double[] expectedA, double[] expectedB) = (Samples.Exact<T>(before), Samples.Exact<T>(beforeA), Samples.Exact<T>(beforeB));
            for (int i = 0; i < x.Length; i++)
            {
                Span<double> group = exactB.AsSpan(i % columns / (columns / groups) * 4, 4);
                (double s, double m) = (Math.Sign(exactX[i]), Math.Abs(exactX[i]));
                (double p, double dp, double q, double dq) = (0, 0, 1, 0);
                for (int k = 0; k < 6; k++) (p, dp) = (p + (exactA[k] * Math.Pow(exactX[i], k)), dp + (k == 0 ? 0 : k * exactA[k] * Math.Pow(exactX[i], k - 1)));
                for (int k = 1; k <= 4; k++) (q, dq) = (q + (Math.Abs(group[k - 1]) * Math.Pow(m, k)), dq + (s * k * Math.Abs(group[k - 1]) * Math.Pow(m, k - 1)));
                expected[i] += exactDy[i] * ((dp / q) - (p * dq / (q * q)));
                for (int k = 0; k < 6; k++) expectedA[k] += exactDy[i] * Math.Pow(exactX[i], k) / q;
                for (int k = 1; k <= 4; k++) expectedB[(i % columns / (columns / groups) * 4) + k - 1] -= exactDy[i] * p / (q * q) * Math.Sign(group[k - 1]) * Math.Pow(m, k);
            }
            Near.Values<T>($"{trial.What}, x", dx.Span, expected, 30, magnitude: 60);
            Near.Values<T>($"{trial.What}, numerators", da.Span, expectedA, x.Length, magnitude: 60);
            Near.Values<T>($"{trial.What}, denominators", db.Span, expectedB, x.Length, magnitude: 60);
        }
    }

    /// <summary>Absolute values have derivatives of their own choice at 0: |x| has 0, |b| has 1, so that the identity can be trained.</summary>
    [Test]
    public void Kinks_have_the_derivatives_of_the_documentation()
    {
        T[] dx = new T[2], da = new T[6], db = new T[4];
        Rational.Backward<T>(WorkerPool.Single, [T.Zero, T.One], 1, [T.One, T.One, T.Zero, T.Zero, T.Zero, T.Zero], [T.Zero, T.Zero, T.Zero, T.Zero], [T.One, T.One], dx, da, db);
        Assert.That(dx, Is.All.EqualTo(T.One));
        Assert.That(db, Is.All.EqualTo(T.CreateTruncating(-2)));
        Rational.Backward<T>(WorkerPool.Single, [T.Zero], 1, [T.One, T.One, T.Zero, T.Zero, T.Zero, T.Zero], [T.One, T.Zero, T.Zero, T.Zero], [T.One], dx.AsSpan(0, 1), default, default);
        Assert.That(dx[0], Is.EqualTo(T.One + T.One));
    }
}
