using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

public sealed class LeadingEigenTests
{
    private static readonly WorkerPool[] Pools = [WorkerPool.Single, new(2), new(3)];

    /// <summary>Below twice the block's size all of the space is decomposed; above it the block is iterated.</summary>
    [TestCase(1, 1)]
    [TestCase(9, 4)]
    [TestCase(17, 1)]
    [TestCase(34, 1)]
    [TestCase(35, 1)]
    [TestCase(60, 5)]
    [TestCase(97, 20)]
    public void Leading_space_is_that_of_the_oracle(int size, int count) =>
        Check($"{size}, {count}", Spectrum(size, i => Math.Pow(i + 1, -1.0)), size, count, 1e-6);

    [Test]
    public void Spectra_of_every_shape_are_found()
    {
        Check("steep", Spectrum(80, i => Math.Pow(10, -i)), 80, 6, 1e-6);
        Check("low rank", Spectrum(80, i => i < 3 ? 5 - i : 0), 80, 3, 1e-9);
        Check("one large", Spectrum(80, i => i == 0 ? 1e6 : i < 5 ? 6 - i : 0.5), 80, 5, 1e-4);
        Check("slow", Spectrum(80, i => 1 - (0.002 * i)), 80, 4, 1e-2);
    }

    /// <summary>Beyond the rank the directions are arbitrary, but there are as many as were asked for.</summary>
    [Test]
    public void More_directions_than_rank_are_orthonormal()
    {
        (double[] values, double[] vectors) = Run(Spectrum(70, i => i < 2 ? 1 : 0), 70, 8);

        Assert.That(values[..2], Is.EqualTo(new[] { 1.0, 1.0 }).Within(1e-12));
        Assert.That(values[2..], Is.All.Zero.Within(1e-12));
        RequireOrthonormal(vectors, 8, 70);
    }

    /// <summary>Any directions are right where all are: what counts is that it ends.</summary>
    [Test]
    public void A_multiple_of_the_identity_has_any_directions()
    {
        (double[] values, double[] vectors) = Run(Spectrum(64, _ => 3), 64, 4);

        Assert.That(values, Is.All.EqualTo(3).Within(1e-12));
        RequireOrthonormal(vectors, 4, 64);
    }

    private static void Check(string what, double[] matrix, int size, int count, double tolerance)
    {
        (double[] expected, double[] directions) = EigenOracle.Decompose(matrix, size);

        (double[] values, double[] vectors) = Run(matrix, size, count);

        RequireOrthonormal(vectors, count, size);
        Assert.That(values.Sum(), Is.EqualTo(expected[..count].Sum()).Within(1e-8 * expected[..count].Sum()), $"{what}: sum of the values");
        double[] wanted = EigenOracle.Projector(directions.AsSpan(0, count * size), size), found = EigenOracle.Projector(vectors, size);
        for (int i = 0; i < wanted.Length; i++) Assert.That(found[i], Is.EqualTo(wanted[i]).Within(tolerance), $"{what}: projector, element {i}");
    }

    private static (double[] Values, double[] Vectors) Run(double[] matrix, int size, int count)
    {
        double[] first = [];
        double[] values = new double[count], vectors = new double[count * size];
        foreach (WorkerPool pool in Pools)
        {
            LeadingEigen.Decompose(pool, matrix, size, values, vectors);
            if (pool.Count == 1) first = [.. values, .. vectors];
            else Bits.AreEqual<double>($"{pool.Count} threads", (double[])[.. values, .. vectors], first);
        }
        return (values, vectors);
    }

    private static void RequireOrthonormal(double[] rows, int count, int columns)
    {
        double[] products = MatrixOracle.Multiply(count, count, columns, (i, p) => rows[(i * columns) + p], (p, j) => rows[(j * columns) + p]);
        for (int i = 0; i < products.Length; i++) Assert.That(products[i], Is.EqualTo(i / count == i % count ? 1 : 0).Within(1e-13), $"element {i}");
    }

    /// <summary>A matrix with given eigenvalues along random directions.</summary>
    private static double[] Spectrum(int size, Func<int, double> value)
    {
        SplittableRandom random = new(11);
        double[] basis = new double[size * size], matrix = new double[size * size];
        foreach (ref double element in basis.AsSpan()) element = random.NextGaussian();
        OrthonormalRows.Run<double>(WorkerPool.Single, basis, size, size, ref random);
        for (int k = 0; k < size; k++)
            for (int i = 0; i < size; i++)
                for (int j = 0; j < size; j++) matrix[(i * size) + j] += value(k) * basis[(k * size) + i] * basis[(k * size) + j];
        return matrix;
    }
}
