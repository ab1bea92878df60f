using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class SymmetricEigenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A row goes through a reflection and some two rotations for every other one.
    private const int RoundingsPerRow = 8;

    [Test]
    public void Values_are_those_of_the_oracle_and_vectors_are_theirs()
    {
        foreach (int size in AwkwardSizes.All)
        {
            if (size <= 33) Check($"random {size}", Random(size, size), size, withOracle: true);
            else if (size <= 129) Check($"random {size}", Random(size, size), size, withOracle: false);
        }
    }

    /// <summary>Large enough for several strips and for every loop to be shared out; some vectors stand for all.</summary>
    [Test]
    public void A_matrix_that_is_shared_out_is_decomposed() => Check("random 730", Random(1, 730), 730, withOracle: false, every: 73);

    [Test]
    public void Special_matrices_are_decomposed()
    {
        const int Size = 17;
        Check("zero", new T[Size * Size], Size, withOracle: true);
        Check("diagonal", Of(Size, (i, j) => i == j ? (i * 7 % 5) - 2 : 0), Size, withOracle: true);
        Check("identity", Of(Size, (i, j) => i == j ? 1 : 0), Size, withOracle: true);
        Check("ones", Of(Size, (_, _) => 1), Size, withOracle: true);
        Check("tridiagonal", Of(Size, (i, j) => i == j ? 2 : Math.Abs(i - j) == 1 ? -1 : 0), Size, withOracle: true);
        Check("two blocks", Of(Size, (i, j) => i / 9 == j / 9 ? 1.0 / (1 + i + j) : 0), Size, withOracle: true);
        Check("graded", Of(Size, (i, j) => Math.ScaleB(1, -(i + j)) / (1 + Math.Abs(i - j))), Size, withOracle: true);
        Check("exchange", Of(Size, (i, j) => i + j == Size - 1 ? 1 : 0), Size, withOracle: true);
    }

    [Test]
    public void The_unit_does_not_matter([Values(-30, -12, 12, 30)] int exponent)
    {
        const int Size = 12;
        T[] matrix = Random(4, Size), scaled = [.. matrix.Select(value => T.ScaleB(value, 2 * exponent))];
        T[] values = new T[Size], vectors = new T[Size * Size], scaledValues = new T[Size], scaledVectors = new T[Size * Size];

        SymmetricEigen.Decompose<T>(WorkerPool.Single, matrix, Size, values, vectors);
        SymmetricEigen.Decompose<T>(WorkerPool.Single, scaled, Size, scaledValues, scaledVectors);

        Bits.AreEqual<T>("values", scaledValues, [.. values.Select(value => T.ScaleB(value, 2 * exponent))]);
        Bits.AreEqual<T>("vectors", scaledVectors, vectors);
    }

    private static void Check(string what, T[] matrix, int size, bool withOracle, int every = 1)
    {
        double[] exact = Samples.Exact<T>(matrix);
        Trial<T> trial = new(what);
        GuardedSpan<T> a = trial.InOut(matrix), values = trial.Output(size), vectors = trial.Output(size * size);

        trial.Run(workers => SymmetricEigen.Decompose(workers, a.Span, size, values.Span, vectors.Span));

        double[] found = Samples.Exact<T>(values.Span), rows = Samples.Exact<T>(vectors.Span);
        double norm = Math.Sqrt(exact.Sum(value => value * value));
        Assert.That(found, Is.Ordered.Descending, what);
        if (withOracle) Near.Values<T>($"{what}, values", values.Span, EigenOracle.Decompose(exact, size).Values, RoundingsPerRow * size, norm);
        int[] checkedRows = [.. Enumerable.Range(0, size).Where(row => row % every == 0)];
        double[] products = MatrixOracle.Multiply(checkedRows.Length, size, size, (i, p) => rows[(checkedRows[i] * size) + p], (p, j) => rows[(j * size) + p]);
        double[] identity = [.. checkedRows.SelectMany(row => Enumerable.Range(0, size).Select(column => row == column ? 1.0 : 0))];
        Near.Values<T>($"{what}, lengths and angles", Samples.As<T>(products), identity, RoundingsPerRow * size);
        double[] images = MatrixOracle.Multiply(checkedRows.Length, size, size, (i, p) => rows[(checkedRows[i] * size) + p], (p, j) => exact[(p * size) + j]);
        T[] stretched = [.. checkedRows.SelectMany(row => Enumerable.Range(0, size).Select(column => T.CreateTruncating(found[row] * rows[(row * size) + column])))];
        Near.Values<T>($"{what}, images", stretched, images, RoundingsPerRow * size, norm);
    }

    private static T[] Random(int seed, int size)
    {
        double[] values = Samples.Uniform<double>(seed, size * size);
        return Of(size, (i, j) => values[(Math.Max(i, j) * size) + Math.Min(i, j)]);
    }

    private static T[] Of(int size, Func<int, int, double> element)
    {
        T[] matrix = new T[size * size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) matrix[(i * size) + j] = T.CreateTruncating(element(i, j));
        return matrix;
    }
}
