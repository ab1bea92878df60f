using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Codes;

/// <summary>
/// Inner products of many rows of weights with rows of codes, in whole numbers: the products of <see cref="ICodeFormat.Dots"/>.
/// </summary>
/// <remarks>
/// Built as Gemm is, with neighbouring values as one element of 32 bits: some rows of codes are unpacked into a panel that stays in the
/// first-level cache, and a tile of four queries by two lanes of rows is held in registers while it goes along the panel. A lane multiplies
/// twice as many numbers at once as in single precision.
/// </remarks>
internal static class CodeTiles
{
    private const int Queries = 4;

    private readonly struct Panels;

    /// <summary>Computes all products.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="format">How values are packed.</param>
    /// <param name="weights">[q, <see cref="ICodeFormat.Columns"/>].</param>
    /// <param name="columns">Columns of <paramref name="weights"/>, even.</param>
    /// <param name="codes">[r, <see cref="ICodeFormat.Bytes"/>].</param>
    /// <param name="bytes">Bytes of a row.</param>
    /// <param name="dots">[q, r].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static void Run(
        WorkerPool workers, ICodeFormat format, ReadOnlySpan<short> weights, int columns, ReadOnlySpan<byte> codes, int bytes,
        Span<float> dots)
    {
        Require.Range(bytes, 1, int.MaxValue);
        Require.Equal(columns, format.Unpacked(bytes));
        int queries = Require.Rows(weights, columns);
        int rows = Require.Rows(codes, bytes);
        Require.Elements(dots, (long)queries * rows);
        Body body = new(format, weights, columns, codes, bytes, dots);
        workers.For(body.Count, ref body);
    }

    /// <summary>An item is a panel of rows.</summary>
    private readonly ref struct Body(
        ICodeFormat format, ReadOnlySpan<short> weights, int columns, ReadOnlySpan<byte> codes, int bytes, Span<float> dots)
        : IParallelBody, ILaneWork<float>
    {
        private readonly ReadOnlySpan<short> _weights = weights;
        private readonly ReadOnlySpan<byte> _codes = codes;
        private readonly Span<float> _dots = dots;

        public int Count => (Rows + Width - 1) / Width;

        private int Rows => _codes.Length / bytes;

        // Two lanes, with a row for each pair of a lane.
        private static int Width => 2 * Tier.LaneCount<float>();

        public void Invoke(int item) => Tier.Run<Body, float>(ref Unsafe.AsRef(in this), item);

        void ILaneWork<float>.Run<TLane, TShort>(int item) => Panel<TShort>(item * Width);

        private void Panel<TLane>(int first)
            where TLane : struct, IShortLane<TLane>
        {
            int count = Math.Min(Width, Rows - first);
            int queries = _weights.Length / columns;
            int pairs = columns / 2;
            Span<float> panel = Scratch<Panels, float>.Rent(pairs * Width);
            Unpack(first, count, panel);
            ref short w = ref MemoryMarshal.GetReference(_weights);
            Span<float> part = stackalloc float[Queries * Vector512<short>.Count];
            for (int query = 0; query < queries; query += Queries)
            {
                // Beyond the last query the last one is computed again.
                int last = queries - 1 - query;
                TileRows rows = new(Math.Min(1, last), Math.Min(2, last), Math.Min(3, last));
                ref short left = ref Unsafe.Add(ref w, (nint)query * columns);
                if (count == Width)
                {
                    Tile<TLane>(
                        pairs, rows, ref left, columns, ref panel[0],
                        ref _dots.Slice((query * Rows) + first, (Math.Min(3, last) * Rows) + count)[0], Rows);
                    continue;
                }
                Tile<TLane>(pairs, rows, ref left, columns, ref panel[0], ref part[0], Width);
                for (int i = 0; i <= rows.Fourth; i++) part.Slice(i * Width, count).CopyTo(_dots[(((query + i) * Rows) + first)..]);
            }
        }

        /// <summary>panel[pair, row], two 16-bit numbers each; absent rows are zeros.</summary>
        private void Unpack(int first, int count, Span<float> panel)
        {
            Span<sbyte> values = Scratch<Panels, sbyte>.Rent(columns);
            Span<short> rows = Scratch<Panels, short>.Rent(count * columns);
            for (int row = 0; row < count; row++)
            {
                format.Unpack(_codes.Slice((first + row) * bytes, bytes), values);
                Widen(values, rows.Slice(row * columns, columns));
            }
            GemmPacking.Pack(
                new MatrixView<float>(MemoryMarshal.Cast<short, float>(rows), count, columns / 2), 0, 0, columns / 2, Width, panel);
        }

        private static void Widen(ReadOnlySpan<sbyte> values, Span<short> wide)
        {
            int i = 0;
            for (; i <= values.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
            {
                (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Create(values[i..]));
                low.CopyTo(wide[i..]);
                high.CopyTo(wide[(i + Vector128<short>.Count)..]);
            }
            for (; i < values.Length; i++) wide[i] = values[i];
        }
    }

    /// <summary>Which queries a tile's second to fourth rows are, counted from its first.</summary>
    private readonly record struct TileRows(int Second, int Third, int Fourth);

    /// <summary>Four queries by two lanes of rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tile<TLane>(int pairs, TileRows rows, ref short weights, int columns, ref float panel, ref float dots, int stride)
        where TLane : struct, IShortLane<TLane>
    {
        int lane = TLane.Count / 2;
        ref int w0 = ref Unsafe.As<short, int>(ref weights);
        ref int w1 = ref Unsafe.As<short, int>(ref Unsafe.Add(ref weights, rows.Second * columns));
        ref int w2 = ref Unsafe.As<short, int>(ref Unsafe.Add(ref weights, rows.Third * columns));
        ref int w3 = ref Unsafe.As<short, int>(ref Unsafe.Add(ref weights, rows.Fourth * columns));
        TLane c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        for (int p = 0; p < pairs; p++)
        {
            TLane b0 = TLane.LoadPairs(ref panel), b1 = TLane.LoadPairs(ref Unsafe.Add(ref panel, lane)), a;
            a = TLane.Pair(Unsafe.Add(ref w0, p)); c00 = TLane.AddProducts(c00, a, b0); c01 = TLane.AddProducts(c01, a, b1);
            a = TLane.Pair(Unsafe.Add(ref w1, p)); c10 = TLane.AddProducts(c10, a, b0); c11 = TLane.AddProducts(c11, a, b1);
            a = TLane.Pair(Unsafe.Add(ref w2, p)); c20 = TLane.AddProducts(c20, a, b0); c21 = TLane.AddProducts(c21, a, b1);
            a = TLane.Pair(Unsafe.Add(ref w3, p)); c30 = TLane.AddProducts(c30, a, b0); c31 = TLane.AddProducts(c31, a, b1);
            panel = ref Unsafe.Add(ref panel, 2 * lane);
        }
        Store(c00, c01, ref dots, lane);
        Store(c10, c11, ref Unsafe.Add(ref dots, (nint)rows.Second * stride), lane);
        Store(c20, c21, ref Unsafe.Add(ref dots, (nint)rows.Third * stride), lane);
        Store(c30, c31, ref Unsafe.Add(ref dots, (nint)rows.Fourth * stride), lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLane>(TLane left, TLane right, ref float dots, int lane)
        where TLane : struct, IShortLane<TLane>
    {
        left.StoreSums(ref dots);
        right.StoreSums(ref Unsafe.Add(ref dots, lane));
    }
}
