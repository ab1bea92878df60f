using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>Packed whole numbers and their products with weights, against loops over the numbers.</summary>
public sealed class CodeFormatTests
{
    private static readonly WorkerPool[] Pools = [WorkerPool.Single, new(2), new(3)];

    private static ICodeFormat[] Formats => [new ByteCodes(), new NibbleCodes(), new BitCodes()];

    [TestCaseSource(nameof(Formats))]
    public void What_is_packed_is_unpacked_and_the_rest_is_0_or_has_no_weight(object format)
    {
        ICodeFormat codes = (ICodeFormat)format;
        foreach (int columns in AwkwardSizes.Positive)
        {
            sbyte[] values = Values(codes, 3, columns);
            byte[] packed = new byte[codes.Bytes(columns)];
            float[] unpacked = new float[codes.Columns(columns)];

            codes.Pack(values, packed);
            codes.Unpack(packed, unpacked);

            Assert.That(unpacked[..columns], Is.EqualTo(values.Select(value => (float)value)), $"{columns} columns");
            Assert.That(unpacked[columns..], Is.All.Zero);
        }
    }

    [TestCaseSource(nameof(Formats))]
    public void Products_are_exact_with_any_number_of_threads(object format)
    {
        ICodeFormat codes = (ICodeFormat)format;
        foreach (int columns in AwkwardSizes.Positive)
        {
            foreach ((int queries, int rows) in new[] { (1, 1), (1, 300), (3, 70), (5, 1100) })
            {
                if (rows > 300 && columns > 33) continue;
                int padded = codes.Columns(columns), bytes = codes.Bytes(columns);
                sbyte[][] values = [.. Enumerable.Range(0, rows).Select(row => Values(codes, row, columns))];
                short[] weights = Weights(codes, queries, columns);
                // What lies before and after must not be read: any bits are codes.
                byte[] packed = [.. Enumerable.Repeat((byte)0xA5, 64 + (rows * bytes) + 64)];
                for (int row = 0; row < rows; row++) codes.Pack(values[row], packed.AsSpan(64 + (row * bytes), bytes));
                double[] expected = [.. Enumerable.Range(0, queries * rows).Select(i =>
                    (double)Enumerable.Range(0, columns).Sum(column => (long)weights[(i / rows * padded) + column] * values[i % rows][column]))];

                foreach (WorkerPool pool in Pools)
                {
                    float[] dots = [.. Enumerable.Repeat(float.NaN, queries * rows)];
                    codes.Dots(pool, weights, packed.AsSpan(64, rows * bytes), bytes, dots);
                    Assert.That(dots.Select(dot => (double)dot), Is.EqualTo(expected), $"{codes.GetType().Name}, {queries} x {rows} x {columns}, {pool.Count} threads");
                }
            }
        }
    }

    [TestCaseSource(nameof(Formats))]
    public void A_matrix_product_of_unpacked_codes_has_the_same_bits(object format)
    {
        ICodeFormat codes = (ICodeFormat)format;
        foreach (int columns in new[] { 1, 33, 256, 768 })
        {
            const int queries = 20, rows = 90;
            int padded = codes.Columns(columns), bytes = codes.Bytes(columns);
            short[] weights = Weights(codes, queries, columns);
            byte[] packed = new byte[rows * bytes];
            float[] unpacked = new float[rows * padded], dots = new float[queries * rows], product = new float[queries * rows];
            for (int row = 0; row < rows; row++)
            {
                codes.Pack(Values(codes, row, columns), packed.AsSpan(row * bytes, bytes));
                codes.Unpack(packed.AsSpan(row * bytes, bytes), unpacked.AsSpan(row * padded, padded));
            }

            codes.Dots(WorkerPool.Single, weights, packed, bytes, dots);
            RowDots.Forward<float>(Pools[2], weights.Select(weight => (float)weight).ToArray(), unpacked, padded, product);

            Assert.That(product, Is.EqualTo(dots), $"{codes.GetType().Name}, {columns} columns");
        }
    }

    /// <summary>Some rows are of the largest value throughout, where a sum would overflow first.</summary>
    private static sbyte[] Values(ICodeFormat codes, int row, int columns) => row % 5 == 4
        ? [.. Enumerable.Repeat((sbyte)(row % 2 == 0 ? codes.Most : codes.Least), columns)]
        : [.. Samples.Indices(row, columns, codes.Most - codes.Least + 1).Select(value => (sbyte)(codes.Least + value))];

    /// <summary>As large as products stay exact with, by column; 0 in what fills a row up.</summary>
    private static short[] Weights(ICodeFormat codes, int queries, int columns)
    {
        int padded = codes.Columns(columns), most = (int)Math.Min(short.MaxValue, (1L << 24) / Math.Max(codes.Most, -codes.Least) / columns);
        short[] weights = new short[queries * padded];
        int[] drawn = Samples.Indices(columns, queries * columns, (2 * most) + 1);
        for (int i = 0; i < drawn.Length; i++) weights[(i / columns * padded) + (i % columns)] = (short)(i / columns == 0 ? most : drawn[i] - most);
        return weights;
    }
}
