using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Codes;

/// <summary>
/// Marks the pairs of many queries and rows of codes whose factor w[r] - dot[q, r] is at most the query's limit: a lossless pre-filter on
/// 8-bit dot products.
/// </summary>
/// <remarks>
/// The tile of <see cref="CodeTiles"/> with four neighbouring values as one element: a lane multiplies twice as many numbers at once.
/// Products are added up in 16 bits, which wrap around: how large sums are on the way does not matter, only that of a part
/// (<see cref="CodeWeights.Part"/>). What is compared never leaves the registers; a pair is a bit in memory.
/// </remarks>
internal static class CodePrefilter
{
    /// <summary>Rows of a word of bits.</summary>
    public const int RowsPerWord = 32;

    private const int Queries = 4;

    // A cache line of every query's words, so that no two threads write to one.
    private const int WordsPerItem = 16;

    private readonly struct Panels;

    /// <summary>Marks all pairs within the limits.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="format">How values are packed.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="codes">[r, <see cref="ICodeFormat.Bytes"/>].</param>
    /// <param name="bytes">Bytes of a row.</param>
    /// <param name="weights">[r], w.</param>
    /// <param name="near">[q, r / 32 rounded up], the first row in the lowest bit.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static void Run(
        WorkerPool workers, ICodeFormat format, CodeWeights queries, ReadOnlySpan<byte> codes, int bytes, ReadOnlySpan<float> weights,
        Span<uint> near)
    {
        Require.Range(bytes, 1, int.MaxValue);
        Require.Equal(bytes, format.Bytes(queries.Used));
        Require.Elements(weights, Require.Rows(codes, bytes));
        Body body = new(format, queries, codes, bytes, weights, near);
        Require.Elements(near, (long)queries.Count * body.Words);
        workers.For((body.Words + WordsPerItem - 1) / WordsPerItem, ref body);
    }

    /// <summary>An item is some words of every query.</summary>
    private readonly ref struct Body(
        ICodeFormat format, CodeWeights queries, ReadOnlySpan<byte> codes, int bytes, ReadOnlySpan<float> weights, Span<uint> near)
        : IParallelBody, ILaneWork<float>
    {
        private readonly CodeWeights _queries = queries;
        private readonly ReadOnlySpan<byte> _codes = codes;
        private readonly ReadOnlySpan<float> _weights = weights;
        private readonly Span<uint> _near = near;

        public int Words => (_weights.Length + RowsPerWord - 1) / RowsPerWord;

        public void Invoke(int item) => Tier.Run<Body, float>(ref Unsafe.AsRef(in this), item);

        void ILaneWork<float>.Run<TLane, TShort>(int item)
        {
            for (int word = item * WordsPerItem; word < Math.Min(Words, (item + 1) * WordsPerItem); word++) Word<TShort>(word);
        }

        /// <summary>A panel is two lanes, with a row for each 32 bits of a lane.</summary>
        private void Word<TLane>(int word)
            where TLane : struct, IShortLane<TLane>
        {
            int width = TLane.Count;
            int quads = _queries.Columns / 4;
            Span<float> panel = Scratch<Panels, float>.Rent((quads + 1) * width);
            Span<float> weights = panel[(quads * width)..];
            Span<uint> masks = stackalloc uint[Queries];
            for (int offset = 0; offset < RowsPerWord; offset += width)
            {
                int first = (word * RowsPerWord) + offset;
                int count = Math.Clamp(_weights.Length - first, 0, width);
                Unpack(first, count, panel[..(quads * width)], width);
                weights.Clear();
                _weights.Slice(Math.Min(first, _weights.Length), count).CopyTo(weights);
                uint present = (uint)((1UL << count) - 1);
                for (int query = 0; query < _queries.Count; query += Queries)
                {
                    Tile<TLane>(_queries, query, ref panel[0], ref weights[0], masks);
                    for (int i = 0; i < Math.Min(Queries, _queries.Count - query); i++)
                    {
                        ref uint bits = ref _near[((query + i) * Words) + word];
                        bits = (offset == 0 ? 0 : bits) | ((masks[i] & present) << offset);
                    }
                }
            }
        }

        /// <summary>panel[quad, row], four values each, counted from the minimum; absent rows are zeros.</summary>
        private void Unpack(int first, int count, Span<float> panel, int width)
        {
            int columns = _queries.Columns;
            Span<sbyte> rows = Scratch<Panels, sbyte>.Rent(width * columns);
            rows.Clear();
            for (int row = 0; row < count; row++)
            {
                Span<sbyte> values = rows.Slice(row * columns, columns);
                format.Unpack(_codes.Slice((first + row) * bytes, bytes), values[..format.Columns(_queries.Used)]);
                Raise(MemoryMarshal.AsBytes(values), (byte)-format.MinValue);
            }
            GemmPacking.Pack(
                new MatrixView<float>(MemoryMarshal.Cast<sbyte, float>(rows), width, columns / 4), 0, 0, columns / 4, width, panel);
        }

        private static void Raise(Span<byte> values, byte by)
        {
            if (by == 0) return;
            int i = 0;
            for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
                (new Vector<byte>(values[i..]) + new Vector<byte>(by)).CopyTo(values[i..]);
            for (; i < values.Length; i++) values[i] += by;
        }
    }

    /// <summary>Four queries by two lanes of rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tile<TLane>(CodeWeights queries, int query, ref float panel, ref float weights, Span<uint> masks)
        where TLane : struct, IShortLane<TLane>
    {
        // Beyond the last query the last one is computed again.
        int lane = TLane.Count / 2;
        int quads = queries.Columns / 4;
        int last = queries.Count - 1;
        int second = Math.Min(query + 1, last);
        int third = Math.Min(query + 2, last);
        int fourth = Math.Min(query + 3, last);
        ref readonly int w0 = ref queries.Row(query);
        ref readonly int w1 = ref queries.Row(second);
        ref readonly int w2 = ref queries.Row(third);
        ref readonly int w3 = ref queries.Row(fourth);
        TLane s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (int part = 0, p = 0; p < quads; part++)
        {
            TLane c00 = TLane.Pair(queries.Start(query, part));
            TLane c01 = c00;
            TLane c10 = TLane.Pair(queries.Start(second, part));
            TLane c11 = c10;
            TLane c20 = TLane.Pair(queries.Start(third, part));
            TLane c21 = c20;
            TLane c30 = TLane.Pair(queries.Start(fourth, part));
            TLane c31 = c30;
            for (int end = Math.Min(quads, p + (CodeWeights.Part / 4)); p < end; p++)
            {
                TLane b0 = TLane.LoadPairs(ref panel), b1 = TLane.LoadPairs(ref Unsafe.Add(ref panel, lane)), a;
                a = TLane.Pair(Unsafe.Add(ref Unsafe.AsRef(in w0), p));
                c00 = TLane.AddByteProducts(c00, b0, a); c01 = TLane.AddByteProducts(c01, b1, a);
                a = TLane.Pair(Unsafe.Add(ref Unsafe.AsRef(in w1), p));
                c10 = TLane.AddByteProducts(c10, b0, a); c11 = TLane.AddByteProducts(c11, b1, a);
                a = TLane.Pair(Unsafe.Add(ref Unsafe.AsRef(in w2), p));
                c20 = TLane.AddByteProducts(c20, b0, a); c21 = TLane.AddByteProducts(c21, b1, a);
                a = TLane.Pair(Unsafe.Add(ref Unsafe.AsRef(in w3), p));
                c30 = TLane.AddByteProducts(c30, b0, a); c31 = TLane.AddByteProducts(c31, b1, a);
                panel = ref Unsafe.Add(ref panel, 2 * lane);
            }
            s00 = TLane.AddNeighbours(s00, c00); s01 = TLane.AddNeighbours(s01, c01);
            s10 = TLane.AddNeighbours(s10, c10); s11 = TLane.AddNeighbours(s11, c11);
            s20 = TLane.AddNeighbours(s20, c20); s21 = TLane.AddNeighbours(s21, c21);
            s30 = TLane.AddNeighbours(s30, c30); s31 = TLane.AddNeighbours(s31, c31);
        }
        masks[0] = Mask(queries, query, s00, s01, ref weights);
        masks[1] = Mask(queries, second, s10, s11, ref weights);
        masks[2] = Mask(queries, third, s20, s21, ref weights);
        masks[3] = Mask(queries, fourth, s30, s31, ref weights);
    }

    /// <summary>The bits of a query's pairs with two lanes of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mask<TLane>(CodeWeights queries, int query, TLane left, TLane right, ref float weights)
        where TLane : struct, IShortLane<TLane>
    {
        int lane = TLane.Count / 2;
        uint low = left.Within(queries.Factor(query), ref weights, queries.Limit(query));
        uint high = right.Within(queries.Factor(query), ref Unsafe.Add(ref weights, lane), queries.Limit(query));
        return low | (high << lane);
    }
}
