using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;

namespace QEngine.Tests.Kernels;

/// <summary>Outer products of rows against plain loops in double precision.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class OuterProductsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly (int Rows, int M, int N)[] Shapes = [(1, 1, 1), (3, 2, 5), (4, 7, 3), (2, 3, 33), (0, 2, 2), (3, 4, 0), (300, 9, 17)];

    [Test]
    public void Products_are_those_of_all_pairs()
    {
        foreach ((int rows, int m, int n) in Shapes)
        {
            T[] left = Samples.Uniform<T>(1, rows * m), right = Samples.Uniform<T>(2, rows * n);
            Trial<T> trial = new($"outer products of {rows} rows, {m} x {n}");
            GuardedSpan<T> a = trial.Input(left), b = trial.Input(right), y = trial.Output(rows * m * n);

            trial.Run(workers => OuterProducts.Forward<T>(workers, a.Span, m, b.Span, y.Span));

            double[] expected = new double[rows * m * n];
            for (int i = 0; i < expected.Length; i++) expected[i] = Exact(left[i / n]) * Exact(right[(i / (m * n) * n) + (i % n)]);
            Near.Values<T>(trial.What, y.Span, expected, 1);
        }
    }

    [Test]
    public void Gradients_are_those_of_the_products()
    {
        foreach ((int rows, int m, int n) in Shapes)
        {
            T[] left = Samples.Uniform<T>(1, rows * m), right = Samples.Uniform<T>(2, rows * n), upstream = Samples.Uniform<T>(3, rows * m * n);
            T[] beforeLeft = Samples.Uniform<T>(4, left.Length), beforeRight = Samples.Uniform<T>(5, right.Length);
            Trial<T> trial = new($"gradients of outer products of {rows} rows, {m} x {n}");
            GuardedSpan<T> a = trial.Input(left), b = trial.Input(right), dy = trial.Input(upstream), da = trial.InOut(beforeLeft), db = trial.InOut(beforeRight);

            trial.Run(workers =>
            {
                OuterProducts.BackwardLeft<T>(workers, dy.Span, b.Span, m, da.Span);
                OuterProducts.BackwardRight<T>(workers, dy.Span, a.Span, m, db.Span);
            });

            (double[] expectedLeft, double[] expectedRight) = (Samples.Exact<T>(beforeLeft), Samples.Exact<T>(beforeRight));
            for (int i = 0; i < upstream.Length; i++)
            {
                int place = (i / (m * n) * n) + (i % n);
                expectedLeft[i / n] += Exact(upstream[i]) * Exact(right[place]);
                expectedRight[place] += Exact(upstream[i]) * Exact(left[i / n]);
            }
            Near.Values<T>($"{trial.What}, left", da.Span, expectedLeft, n);
            Near.Values<T>($"{trial.What}, right", db.Span, expectedRight, m);
        }
    }

    private static double Exact(T x) => double.CreateTruncating(x);
}
