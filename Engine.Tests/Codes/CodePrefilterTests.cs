using NUnit.Framework;
using QEngine.Codes;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Codes;

/// <summary>Pairs marked by products of eight bits, against loops over whole numbers.</summary>
public sealed class CodePrefilterTests
{
    private const float Slope = 0.5f;

    private static readonly WorkerPool[] Pools = [WorkerPool.Single, new(2), new(3)];

    private static ICodeFormat[] Formats => [new ByteCodes(), new NibbleCodes(), new BitCodes()];

    [TestCaseSource(nameof(Formats))]
    public void Marks_are_those_of_exact_products_with_any_number_of_threads(object format)
    {
        ICodeFormat codes = (ICodeFormat)format;
        foreach (int columns in AwkwardSizes.Positive)
        {
            foreach ((int queries, int rows) in new[] { (1, 1), (3, 31), (4, 32), (5, 70), (9, 1100) })
            {
                if (rows > 300 && columns > 33) continue;
                // So small that every sum of 64 products is within 16 bits.
                int most = Math.Min(CodeWeights.MaxWeight(codes), short.MaxValue / (64 * Math.Max(codes.MaxValue, -codes.MinValue)));
                int[] drawn = Samples.Indices(columns, queries * columns, (2 * most) + 1);
                Check(codes, [.. Enumerable.Range(0, queries).Select(query => drawn.Skip(query * columns).Take(columns).Select(weight => (sbyte)(weight - most)).ToArray())], [.. Enumerable.Range(0, rows).Select(row => Values(codes, row, columns))]);
            }
        }
    }

    [TestCaseSource(nameof(Formats))]
    public void Sums_may_leave_16_bits_on_the_way(object format)
    {
        ICodeFormat codes = (ICodeFormat)format;
        sbyte most = (sbyte)CodeWeights.MaxWeight(codes);
        sbyte[] rising = [.. Enumerable.Range(0, 256).Select(i => i % CodeWeights.Part < 64 ? most : (sbyte)-most)], one = new sbyte[256];
        one[5] = most;
        sbyte[][] rows = [.. new[] { codes.MaxValue, codes.MinValue }.Select(value => Enumerable.Repeat((sbyte)value, 256).ToArray())];

        Check(codes, [rising, one, [.. rising.Select(weight => (sbyte)-weight)]], rows);
    }

    /// <summary>Limits are the value of some pair, which is marked, and just below it.</summary>
    private static void Check(ICodeFormat codes, sbyte[][] queries, sbyte[][] rows)
    {
        int columns = rows[0].Length, padded = CodeWeights.PaddedColumns(columns), parts = CodeWeights.PartCount(columns), bytes = codes.Bytes(columns), words = (rows.Length + 31) / 32;
        sbyte[] weights = new sbyte[queries.Length * padded];
        int[] starts = new int[queries.Length * parts];
        for (int query = 0; query < queries.Length; query++)
        {
            queries[query].CopyTo(weights, query * padded);
            for (int part = 0; part < parts; part++)
                starts[(query * parts) + part] = CodeWeights.StartingSums(codes, weights.AsSpan((query * padded) + (part * CodeWeights.Part), Math.Min(CodeWeights.Part, padded - (part * CodeWeights.Part))));
        }
        byte[] packed = [.. Enumerable.Repeat((byte)0xA5, 64 + (rows.Length * bytes) + 64)];
        for (int row = 0; row < rows.Length; row++) codes.Pack(rows[row], packed.AsSpan(64 + (row * bytes), bytes));
        float[] w = [.. Samples.Indices(7, rows.Length, 1000).Select(weight => (float)weight)], slopes = [.. queries.Select(_ => Slope)];
        float Excess(int query, int row) => (Slope * w[row]) - Enumerable.Range(0, columns).Sum(i => queries[query][i] * rows[row][i]);
        float[] limits = [.. queries.Select((_, query) => Excess(query, query * 7 % rows.Length) - (query % 2 == 0 ? 0 : 0.5f))];
        uint[] expected = new uint[queries.Length * words];
        for (int query = 0; query < queries.Length; query++)
            for (int row = 0; row < rows.Length; row++)
                if (Excess(query, row) <= limits[query]) expected[(query * words) + (row / 32)] |= 1u << (row % 32);

        foreach (WorkerPool pool in Pools)
        {
            uint[] near = [.. Enumerable.Repeat(0xCCCCCCCCu, expected.Length + 1)];
            CodePrefilter.Run(pool, codes, new CodeWeights(weights, starts, slopes, limits, columns), packed.AsSpan(64, rows.Length * bytes), bytes, w, near.AsSpan(0, expected.Length));
            Assert.That(near, Is.EqualTo([.. expected, 0xCCCCCCCCu]), $"{codes.GetType().Name}, {queries.Length} x {rows.Length} x {columns}, {pool.Count} threads");
        }
    }

    private static sbyte[] Values(ICodeFormat codes, int row, int columns) => row % 5 == 4
        ? [.. Enumerable.Repeat((sbyte)(row % 2 == 0 ? codes.MaxValue : codes.MinValue), columns)]
        : [.. Samples.Indices(row, columns, codes.MaxValue - codes.MinValue + 1).Select(value => (sbyte)(codes.MinValue + value))];
}
