using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>Rows of finite numbers whose squares are not.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class OverflowingRowsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T Largest = typeof(T) == typeof(float) ? T.CreateTruncating(float.MaxValue) : T.CreateTruncating(double.MaxValue);

    [Test]
    public void They_are_scaled_to_length_1([Values(1, 3, 16, 37)] int columns, [Values(1, 0.5, 1e-10, 1e-17)] double share)
    {
        // The same direction once of a usual length, once of the largest numbers there are.
        T[] usual = new T[columns], large = new T[columns], expected = new T[columns], y = new T[columns], inverse = new T[1];
        for (int i = 0; i < columns; i++)
        {
            usual[i] = T.CreateTruncating(((i % 5) - 2.5) / 2.5);
            large[i] = usual[i] * Largest * T.CreateTruncating(share);
        }
        NormalizeRows.Forward<T>(WorkerPool.Single, usual, expected, inverse);

        NormalizeRows.Forward<T>(WorkerPool.Single, large, y, inverse);

        double tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-15;
        for (int i = 0; i < columns; i++) Assert.That(double.CreateTruncating(y[i]), Is.EqualTo(double.CreateTruncating(expected[i])).Within(tolerance));
        Assert.That(T.IsFinite(inverse[0]), Is.True);
    }

    [Test]
    public void What_is_not_finite_does_not_become_so([Values(double.PositiveInfinity, double.NegativeInfinity, double.NaN)] double value)
    {
        T[] x = [T.One, T.CreateTruncating(value), T.One], y = new T[3], normalized = new T[3];

        NormalizeRows.Forward<T>(WorkerPool.Single, x, y, new T[1]);
        LayerNorm.Forward<T>(WorkerPool.Single, x, default, [T.One, T.One, T.One], new T[3], T.Zero, normalized, default, default);

        Assert.That(y, Has.Some.Matches<T>(T.IsNaN));
        Assert.That(normalized, Has.All.Matches<T>(T.IsNaN));
    }

    [Test]
    public void A_layers_norm_says_so_instead_of_giving_zeros([Values(3, 16, 37)] int columns)
    {
        T[] x = new T[columns], y = new T[columns], gamma = new T[columns];
        gamma.AsSpan().Fill(T.One);
        for (int i = 0; i < columns; i++) x[i] = T.CreateTruncating((i % 5) - 2) * T.Sqrt(Largest);

        LayerNorm.Forward<T>(WorkerPool.Single, x, default, gamma, new T[columns], T.Zero, y, default, default);

        Assert.That(y, Has.All.Matches<T>(T.IsNaN));
    }
}
