using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class OrthonormalRowsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Sizes around the panels of 32 rows, square ones included.</summary>
    [TestCase(1, 1)]
    [TestCase(1, 9)]
    [TestCase(7, 7)]
    [TestCase(31, 40)]
    [TestCase(32, 33)]
    [TestCase(33, 65)]
    [TestCase(65, 65)]
    [TestCase(70, 300)]
    public void Rows_become_orthonormal_and_keep_their_spans(int count, int columns)
    {
        T[] rows = Samples.Uniform<T>(columns, count * columns), basis = Run($"{count} of {columns}", rows, count, columns);

        // Row i is a sum of the first i + 1 directions: its part along a later one is rounding.
        double[] before = Samples.Exact<T>(rows), after = Samples.Exact<T>(basis);
        double[] parts = MatrixOracle.Multiply(count, count, columns, (i, p) => before[(i * columns) + p], (p, j) => after[(j * columns) + p]);
        double length = Math.Sqrt(columns);
        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
                Assert.That(parts[(i * count) + j], Is.Zero.Within(Near.Rounding<T>(columns) * length), $"row {i} along {j}");
            Assert.That(parts[(i * count) + i], Is.Positive, $"direction {i}");
        }
    }

    [Test]
    public void Rows_that_hold_nothing_new_are_replaced()
    {
        const int Count = 40, Columns = 48;
        T[] few = Samples.Uniform<T>(3, 3 * Columns), rows = new T[Count * Columns];
        for (int i = 0; i < rows.Length; i++) rows[i] = few[i % few.Length];
        rows.AsSpan(35 * Columns, Columns).Clear();

        Run("three directions", rows, Count, Columns);
    }

    [Test]
    public void Nearly_parallel_rows_are_told_apart()
    {
        const int Count = 36, Columns = 50;
        T[] noise = Samples.Uniform<T>(5, Count * Columns), rows = new T[Count * Columns];
        double share = Math.Sqrt(Near.UnitRoundoff<T>());
        for (int i = 0; i < rows.Length; i++) rows[i] = T.One + (T.CreateTruncating(share) * noise[i]);

        Run("nearly parallel", rows, Count, Columns);
    }

    private static T[] Run(string what, T[] rows, int count, int columns)
    {
        Trial<T> trial = new(what);
        GuardedSpan<T> guarded = trial.InOut(rows);

        trial.Run(workers =>
        {
            SplittableRandom random = new(7);
            OrthonormalRows.Run(workers, guarded.Span, count, columns, ref random);
        });

        double[] basis = Samples.Exact<T>(guarded.Span);
        double[] products = MatrixOracle.Multiply(count, count, columns, (i, p) => basis[(i * columns) + p], (p, j) => basis[(j * columns) + p]);
        for (int i = 0; i < products.Length; i++)
            Assert.That(products[i], Is.EqualTo(i / count == i % count ? 1 : 0).Within(Near.Rounding<T>(columns)), $"{what}: rows {i / count} and {i % count}");
        return guarded.Span.ToArray();
    }
}
