using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class GemmTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Gap = 3;

    /// <summary>Each dimension over the awkward sizes, then sizes around the blocks of 48, 192, 240, 256, 1152 and 4096.</summary>
    private static IEnumerable<(int M, int N, int K)> Shapes()
    {
        foreach (int size in AwkwardSizes.All)
        {
            yield return (size, 5, 7);
            yield return (13, size, 6);
            yield return (7, 9, size);
        }
        foreach (int m in new[] { 239, 240, 241, 252, 481 }) yield return (m, 35, 17);
        foreach (int n in new[] { 511, 512, 513, 1025, 4095, 4096, 4097, 4131 }) yield return (13, n, 6);
        foreach (int m in new[] { 47, 48, 49, 95, 97 }) yield return (m, 33, 9);
        foreach (int k in new[] { 255, 256, 257, 511, 512, 513, 4097 }) yield return (14, 37, k);
        foreach (int m in new[] { 1151, 1152, 1163 }) yield return (m, 35, 17);
        yield return (1163, 37, 260);
        yield return (250, 70, 260);
        yield return (385, 70, 260);
    }

    [Test]
    public void Product_is_the_definition_for_every_transpose_stride_and_accumulation(
        [Values] bool transposedA, [Values] bool transposedB, [Values] bool accumulate)
    {
        foreach ((int m, int n, int k) in Shapes()) Check(m, n, k, transposedA, transposedB, accumulate);
    }

    [Test]
    public void A_row_is_bit_identical_alone_and_in_any_batch()
    {
        const int Rows = 1163, Columns = 70, Depth = 300;
        T[] a = Samples.Uniform<T>(1, Rows * Depth), b = Samples.Uniform<T>(2, Depth * Columns), batch = new T[Rows * Columns], few = new T[5 * Columns];
        using WorkerPool workers = new(2);

        Gemm.Multiply(workers, new MatrixView<T>(a, Rows, Depth), new MatrixView<T>(b, Depth, Columns), batch, Columns, accumulate: false);

        foreach ((int row, int count) in new[] { (0, 1), (7, 1), (11, 5), (239, 3), (262, 1), (1162, 1) })
        {
            Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(a.AsSpan(row * Depth), count, Depth), new MatrixView<T>(b, Depth, Columns), few, Columns, accumulate: false);
            Bits.AreEqual<T>($"rows {row} to {row + count}", few.AsSpan(0, count * Columns), batch.AsSpan(row * Columns, count * Columns));
        }
    }

    [Test]
    public void Product_is_the_same_bits_whichever_way_a_matrix_is_stored()
    {
        const int M = 29, N = 45, K = 301;
        T[] a = Samples.Uniform<T>(3, M * K), b = Samples.Uniform<T>(4, K * N), at = Transpose(a, M, K), bt = Transpose(b, K, N), plain = new T[M * N], other = new T[M * N];

        Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(a, M, K), new MatrixView<T>(b, K, N), plain, N, accumulate: false);
        Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(at, K, M).Transposed, new MatrixView<T>(bt, N, K).Transposed, other, N, accumulate: false);

        Bits.AreEqual<T>("transposed views", other, plain);
    }

    [Test]
    public void A_matrix_packed_before_gives_the_same_bits()
    {
        using WorkerPool workers = new(2);
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (16, 384, 300), (7, 33, 257), (250, 70, 4100), (1163, 37, 4100), (13, 4131, 6), (2, 64, 8195) })
        {
            T[] a = Samples.Uniform<T>(8, m * k), b = Samples.Uniform<T>(9, n * k), plain = new T[m * n], packed = new T[m * n];
            MatrixView<T> left = new(a, m, k), right = new MatrixView<T>(b, n, k).Transposed;
            PackedMatrix<T> panels = new(workers, right);

            Gemm.Multiply(WorkerPool.Single, left, right, plain, n, accumulate: false);
            Gemm.Multiply(workers, left, panels, packed, n, accumulate: false, default(NoEpilogue<T>));
            Bits.AreEqual<T>($"{m} x {n} x {k}", packed, plain);

            T[] other = Samples.Uniform<T>(10, n * k);
            panels.Pack(workers, new MatrixView<T>(other, n, k).Transposed);
            Gemm.Multiply(WorkerPool.Single, left, new MatrixView<T>(other, n, k).Transposed, plain, n, accumulate: false);
            Gemm.Multiply(workers, left, panels, packed, n, accumulate: false, default(NoEpilogue<T>));
            Bits.AreEqual<T>($"{m} x {n} x {k}, packed again", packed, plain);
        }
    }

    [Test]
    public void Few_rows_have_the_bits_of_each_row_alone_whatever_tiles_and_ranges_of_columns_they_are_cut_into()
    {
        const int Most = 61, Columns = 170, Depth = 300;
        T[] a = Samples.Uniform<T>(15, Most * Depth), b = Samples.Uniform<T>(16, Columns * Depth), alone = new T[Most * Columns];
        MatrixView<T> right = new MatrixView<T>(b, Columns, Depth).Transposed;
        PackedMatrix<T> panels = new(WorkerPool.Single, right);
        for (int row = 0; row < Most; row++)
            Gemm.Multiply(
                WorkerPool.Single, new MatrixView<T>(a.AsSpan(row * Depth), 1, Depth), right, alone.AsSpan(row * Columns), Columns, accumulate: false);

        for (int rows = 1; rows <= Most; rows++)
        {
            Trial<T> trial = new($"{rows} rows");
            GuardedSpan<T> plain = trial.Output(rows * Columns), packed = trial.Output(rows * Columns), transposed = trial.Output(rows * Columns);
            T[] lines = Transpose(a[..(rows * Depth)], rows, Depth);
            trial.Run(workers =>
            {
                MatrixView<T> left = new(a, rows, Depth), columns = new MatrixView<T>(b, Columns, Depth).Transposed;
                Gemm.Multiply(workers, left, columns, plain.Span, Columns, accumulate: false);
                Gemm.Multiply(workers, left, panels, packed.Span, Columns, accumulate: false, default(NoEpilogue<T>));
                Gemm.Multiply(
                    workers, new MatrixView<T>(lines, Depth, rows).Transposed, panels, transposed.Span, Columns, accumulate: false,
                    default(NoEpilogue<T>));
            });
            Bits.AreEqual<T>(trial.What, plain.Span, alone.AsSpan(0, rows * Columns));
            Bits.AreEqual<T>($"{trial.What}, packed", packed.Span, alone.AsSpan(0, rows * Columns));
            Bits.AreEqual<T>($"{trial.What}, columns of A contiguous", transposed.Span, alone.AsSpan(0, rows * Columns));
        }
    }

    [Test]
    public void An_epilogue_sees_every_element_once_and_complete()
    {
        foreach ((int m, int n, int k) in new[] { (1, 1, 0), (5, 3, 0), (16, 40, 300), (481, 70, 513), (13, 4131, 6), (3, 70, 4100) })
        {
            T[] a = Samples.Uniform<T>(11, m * k), b = Samples.Uniform<T>(12, k * n), bias = Samples.Uniform<T>(13, n), residual = Samples.Uniform<T>(14, m * n);
            T[] product = new T[m * n], expected = new T[m * n];
            Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(a, m, k), new MatrixView<T>(b, k, n), product, n, accumulate: false);
            Trial<T> trial = new($"epilogues of {m} x {n} x {k}");
            GuardedSpan<T> biased = trial.Output(m * n), added = trial.Output(m * n), sums = trial.Output(m * n), activated = trial.Output(m * n), inPlace = trial.Output(m * n);

            trial.Run(workers =>
            {
                MatrixView<T> left = new(a, m, k), right = new(b, k, n);
                Gemm.Multiply(workers, left, right, biased.Span, n, accumulate: false, new BiasEpilogue<T>(bias));
                Gemm.Multiply(workers, left, right, added.Span, n, accumulate: false, new BiasResidualEpilogue<T>(bias, residual));
                Gemm.Multiply(workers, left, right, sums.Span, n, accumulate: false, new BiasGeluEpilogue<T>(bias, activated.Span));
                Gemm.Multiply(workers, left, right, inPlace.Span, n, accumulate: false, new BiasGeluEpilogue<T>(bias, default));
            });

            for (int i = 0; i < expected.Length; i++) expected[i] = product[i] + bias[i % n];
            Bits.AreEqual<T>($"{trial.What}, bias", biased.Span, expected);
            Bits.AreEqual<T>($"{trial.What}, sums", sums.Span, expected);
            for (int i = 0; i < expected.Length; i++) expected[i] += residual[i];
            Bits.AreEqual<T>($"{trial.What}, residual", added.Span, expected);
            Elementwise.Apply(WorkerPool.Single, default(Gelu<T>), sums.Span, expected.AsSpan());
            Bits.AreEqual<T>($"{trial.What}, GELU", activated.Span, expected);
            Bits.AreEqual<T>($"{trial.What}, GELU in place", inPlace.Span, expected);
        }
    }

    [Test]
    public void Shapes_that_do_not_fit_are_refused()
    {
        T[] six = new T[6];

        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentException>(() => Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(six, 2, 3), new MatrixView<T>(six, 2, 3), new T[9], 3, accumulate: false));
            Assert.Throws<ArgumentException>(() => Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(six, 2, 3), new MatrixView<T>(six, 3, 2), new T[3], 2, accumulate: false));
            Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(six, 2, 3), new MatrixView<T>(six, 3, 2), new T[4], 1, accumulate: false));
            Assert.Throws<ArgumentException>(() => _ = new MatrixView<T>(six, 2, 4).Rows);
            Assert.Throws<ArgumentException>(() => new PackedMatrix<T>(WorkerPool.Single, new MatrixView<T>(six, 2, 3)).Pack(WorkerPool.Single, new MatrixView<T>(six, 3, 2)));
            Assert.Throws<ArgumentOutOfRangeException>(() => _ = new MatrixView<T>(six, 2, 3, 2).Rows);
        });
    }

    private static void Check(int m, int n, int k, bool transposedA, bool transposedB, bool accumulate)
    {
        (int rowsA, int columnsA) = transposedA ? (k, m) : (m, k);
        (int rowsB, int columnsB) = transposedB ? (n, k) : (k, n);
        int strideA = columnsA + Gap, strideB = columnsB + 1, stride = n + Gap;
        Trial<T> trial = new($"Gemm {m} x {n} x {k}, A {(transposedA ? "T" : "N")}, B {(transposedB ? "T" : "N")}, accumulate {accumulate}");
        T[] dataA = Strided(5, rowsA, columnsA, strideA), dataB = Strided(6, rowsB, columnsB, strideB), dataC = Samples.Uniform<T>(7, m * stride);
        double[] expected = Samples.Exact<T>(dataC);
        double[] product = MatrixOracle.Multiply(
            m, n, k,
            (i, p) => double.CreateTruncating(dataA[transposedA ? (p * strideA) + i : (i * strideA) + p]),
            (p, j) => double.CreateTruncating(dataB[transposedB ? (j * strideB) + p : (p * strideB) + j]));
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                expected[(i * stride) + j] = product[(i * n) + j] + (accumulate ? expected[(i * stride) + j] : 0);
                if (!accumulate) dataC[(i * stride) + j] = T.NaN;
            }
        GuardedSpan<T> a = trial.Input(dataA), b = trial.Input(dataB), c = trial.InOut(dataC);

        trial.Run(workers =>
        {
            MatrixView<T> left = new(a.Span, rowsA, columnsA, strideA), right = new(b.Span, rowsB, columnsB, strideB);
            Gemm.Multiply(workers, transposedA ? left.Transposed : left, transposedB ? right.Transposed : right, c.Span, stride, accumulate);
        });

        Near.Values<T>(trial.What, c.Span, expected, k);
    }

    /// <summary>A matrix whose gaps between rows, and nothing else, are NaN; the last row has no gap.</summary>
    private static T[] Strided(int seed, int rows, int columns, int stride)
    {
        T[] data = Samples.Uniform<T>(seed, rows == 0 ? 0 : ((rows - 1) * stride) + columns);
        for (int i = 0; i < data.Length; i++) if (i % stride >= columns) data[i] = T.NaN;
        return data;
    }

    private static T[] Transpose(T[] data, int rows, int columns)
    {
        T[] transposed = new T[data.Length];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                transposed[(j * rows) + i] = data[(i * columns) + j];
        return transposed;
    }
}
