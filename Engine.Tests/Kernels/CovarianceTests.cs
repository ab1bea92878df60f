using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

public sealed class CovarianceTests
{
    private static readonly WorkerPool[] Pools = [WorkerPool.Single, new(2), new(3)];

    /// <summary>Sizes around the strips of 64 and the panels of 512 columns and the blocks of 2048 rows.</summary>
    [TestCase(2, 1)]
    [TestCase(5, 64)]
    [TestCase(9, 65)]
    [TestCase(3, 513)]
    [TestCase(2047, 2)]
    [TestCase(2049, 7)]
    [TestCase(4500, 3)]
    public void Mean_and_covariance_are_the_definition(int rows, int columns) =>
        Check($"{rows} x {columns}", Samples.Uniform<float>(rows + columns, rows * columns, -1, 2), columns, [.. Enumerable.Range(0, rows)]);

    [Test]
    public void Only_the_named_rows_count() => Check("some rows", Samples.Uniform<float>(1, 50 * 6), 6, [3, 49, 0, 17, 18, 30]);

    /// <summary>The offset is exact in single precision, so that the deviations are too.</summary>
    [Test]
    public void A_large_mean_costs_no_digits()
    {
        float[] x = Samples.Uniform<float>(2, 300 * 5);
        for (int i = 0; i < x.Length; i++) x[i] = 4096 + (MathF.Round(x[i] * 1024) / 1024);

        Check("offset", x, 5, [.. Enumerable.Range(0, 300)]);
    }

    [TestCase(-120)]
    [TestCase(-60)]
    [TestCase(60)]
    [TestCase(125)]
    public void The_unit_does_not_matter(int exponent)
    {
        float[] x = Samples.Uniform<float>(3, 40 * 4), scaled = new float[x.Length];
        for (int i = 0; i < x.Length; i++) scaled[i] = MathF.ScaleB(x[i], exponent);

        Check($"2^{exponent}", scaled, 4, [.. Enumerable.Range(0, 40)]);
    }

    [Test]
    public void Equal_rows_have_none()
    {
        double[] mean = new double[3], covariance = new double[9];

        Covariance.Compute(WorkerPool.Single, [0.5f, 0, -3, 0.5f, 0, -3], 3, [0, 1, 1], mean, covariance);

        Assert.That(mean, Is.EqualTo(new[] { 0.5, 0, -3 }));
        Assert.That(covariance, Is.All.Zero);
    }

    [Test]
    public void Progress_is_told_block_by_block()
    {
        List<double> shares = [];

        Covariance.Compute(WorkerPool.Single, Samples.Uniform<float>(1, 5000 * 2), 2, [.. Enumerable.Range(0, 5000)], new double[2], new double[4], shares.Add);

        Assert.That(shares, Is.EqualTo(new[] { 2048 / 5000.0, 4096 / 5000.0, 1 }));
    }

    private static void Check(string what, float[] x, int columns, int[] rows)
    {
        (double[] mean, double[] covariance) = Oracle(x, columns, rows);
        double largest = covariance.Max(), unit = Math.ScaleB(1, -Math.ILogB(largest));
        float[] input = [.. x];
        double[] first = [];
        foreach (WorkerPool pool in Pools)
        {
            double[] foundMean = new double[columns], found = new double[columns * columns];
            Array.Fill(found, double.NaN);

            Covariance.Compute(pool, input, columns, rows, foundMean, found);

            Bits.AreEqual<float>($"{what}, input", input, x);
            Near.Values<double>($"{what}, mean", foundMean, mean, rows.Length, x.Max(Math.Abs));
            // Products are in single precision; scaled so that the tolerance is relative to the largest element.
            Near.Values<float>($"{what}, covariance", [.. found.Select(value => (float)(value * unit))], [.. covariance.Select(value => value * unit)], Math.Min(rows.Length, 2048));
            for (int i = 0; i < found.Length; i++) Assert.That(found[i], Is.EqualTo(found[(i % columns * columns) + (i / columns)]), $"{what}: symmetry");
            if (pool.Count == 1) first = [.. foundMean, .. found];
            else Bits.AreEqual<double>($"{what}, {pool.Count} threads", (double[])[.. foundMean, .. found], first);
        }
    }

    private static (double[] Mean, double[] Covariance) Oracle(float[] x, int columns, int[] rows)
    {
        double[] mean = new double[columns], covariance = new double[columns * columns];
        foreach (int row in rows)
            for (int i = 0; i < columns; i++) mean[i] += (double)x[(row * columns) + i] / rows.Length;
        foreach (int row in rows)
            for (int i = 0; i < columns; i++)
                for (int j = 0; j < columns; j++)
                    covariance[(i * columns) + j] += (x[(row * columns) + i] - mean[i]) * (x[(row * columns) + j] - mean[j]) / rows.Length;
        return (mean, covariance);
    }
}
