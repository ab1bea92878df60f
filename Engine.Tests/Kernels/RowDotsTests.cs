using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;

namespace QEngine.Tests.Kernels;

/// <summary>Few queries row by row and many as a matrix product: the same products, within the stated error.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class RowDotsTests<T>
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    [Test]
    public void Products_are_those_of_the_oracle([Values(1, 2, 11, 12, 30)] int queries, [Values(1, 7, 200)] int rows)
    {
        foreach (int columns in AwkwardSizes.Positive)
        {
            T[] left = Samples.Uniform<T>(1, queries * columns), right = Samples.Uniform<T>(2, rows * columns);
            Trial<T> trial = new($"{queries} x {rows} x {columns}");
            GuardedSpan<T> a = trial.Input(left), b = trial.Input(right), dots = trial.Output(queries * rows);

            trial.Run(pool => RowDots.Forward<T>(pool, a.Span, b.Span, columns, dots.Span));

            double[] x = Samples.Exact<T>(left), y = Samples.Exact<T>(right);
            for (int i = 0; i < queries * rows; i++)
            {
                ReadOnlySpan<double> u = x.AsSpan(i / rows * columns, columns), v = y.AsSpan(i % rows * columns, columns);
                double error = Math.Abs(double.CreateTruncating(dots.Span[i]) - Dot(u, v));
                Assert.That(error, Is.LessThanOrEqualTo((RowDots.Error<T>(columns) * Math.Sqrt(Dot(u, u) * Dot(v, v))) + 1e-15), trial.What);
            }
        }
    }

    [Test]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.That(() => RowDots.Forward<T>(QEngine.Workers.WorkerPool.Single, new T[4], new T[6], 2, new T[5]), Throws.ArgumentException.With.Message.StartsWith("expected dots of 6 elements, found 5"));
        Assert.That(() => RowDots.Forward<T>(QEngine.Workers.WorkerPool.Single, new T[3], new T[6], 2, new T[3]), Throws.ArgumentException);
    }

    private static double Dot(ReadOnlySpan<double> u, ReadOnlySpan<double> v)
    {
        double sum = 0;
        for (int i = 0; i < u.Length; i++) sum += u[i] * v[i];
        return sum;
    }
}
