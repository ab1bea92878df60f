using NUnit.Framework;
using QEngine.Codes;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Codes;

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
            sbyte[] unpacked = [.. Enumerable.Repeat((sbyte)99, codes.Columns(columns))];

            codes.Pack(values, packed);
            codes.Unpack(packed, unpacked);

            Assert.That(unpacked[..columns], Is.EqualTo(values), $"{columns} columns");
            Assert.That(unpacked[columns..], Is.All.Zero);
        }
    }

    [TestCaseSource(nameof(Formats))]
    public void Products_of_few_and_of_many_queries_are_exact_with_any_number_of_threads(object format)
    {
        ICodeFormat codes = (ICodeFormat)format;
        foreach (int columns in AwkwardSizes.Positive)
        {
            foreach ((int queries, int rows) in new[] { (1, 1), (1, 300), (3, 70), (4, 64), (5, 1100) })
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
                    string what = $"{codes.GetType().Name}, {queries} x {rows} x {columns}, {pool.Count} threads";
                    float[] dots = [.. Enumerable.Repeat(float.NaN, queries * rows)], tiled = [.. dots, -7];
                    codes.Dots(pool, weights, packed.AsSpan(64, rows * bytes), bytes, dots);
                    CodeTiles.Run(pool, codes, weights, padded, packed.AsSpan(64, rows * bytes), bytes, tiled.AsSpan(0, dots.Length));
                    Assert.That(dots.Select(dot => (double)dot), Is.EqualTo(expected), what);
                    Assert.That(tiled, Is.EqualTo([.. dots, -7f]), what);
                }
            }
        }
    }

    /// <summary>Some rows are of the largest value throughout, where a sum would overflow first.</summary>
    private static sbyte[] Values(ICodeFormat codes, int row, int columns) => row % 5 == 4
        ? [.. Enumerable.Repeat((sbyte)(row % 2 == 0 ? codes.MaxValue : codes.MinValue), columns)]
        : [.. Samples.Indices(row, columns, codes.MaxValue - codes.MinValue + 1).Select(value => (sbyte)(codes.MinValue + value))];

    /// <summary>As large as products stay exact with, by column; 0 in what fills a row up.</summary>
    private static short[] Weights(ICodeFormat codes, int queries, int columns)
    {
        int padded = codes.Columns(columns), most = (int)Math.Min(short.MaxValue, (1L << 24) / Math.Max(codes.MaxValue, -codes.MinValue) / columns);
        short[] weights = new short[queries * padded];
        int[] drawn = Samples.Indices(columns, queries * columns, (2 * most) + 1);
        for (int i = 0; i < drawn.Length; i++) weights[(i / columns * padded) + (i % columns)] = (short)(i / columns == 0 ? most : drawn[i] - most);
        return weights;
    }
}
