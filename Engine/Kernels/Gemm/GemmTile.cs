using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>The innermost product of Gemm and attention: a tile of C two lanes wide, held in registers.</summary>
internal static class GemmTile<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int WideLane = 64;

    private const int CacheLine = 64;

    /// <summary>
    /// Rows of a tile where there are many: 24 accumulators where there are 32 vector registers (AVX-512, Arm64), 12 where there are 16.
    /// </summary>
    public static int Rows => IsWide ? 12 : 6;

    /// <summary>Most rows of a tile: as many accumulators as leave registers for two lanes of B and a number of A.</summary>
    public static int MaxRows => IsWide ? 14 : 6;

    /// <summary>Columns of a tile, the width of B's panels.</summary>
    public static int Columns => 2 * TLane.Count;

    private static bool IsWide => TLane.Count * Unsafe.SizeOf<T>() == WideLane || AdvSimd.IsSupported;

    /// <summary>
    /// Rows of the next tile when <paramref name="rest"/> rows are left: the last are cut into equal tiles, since one of few rows has
    /// too few chains of multiply-adds to keep the processor busy, and is not filled up.
    /// </summary>
    /// <param name="rest">Rows left, at least 1.</param>
    public static int Height(int rest) => rest <= MaxRows ? rest : rest <= 2 * MaxRows ? (rest + 1) / 2 : Rows;

    /// <summary>How many tiles rows are cut into.</summary>
    /// <param name="rows">The rows.</param>
    public static int Count(int rows)
    {
        int tiles = 0;
        for (; rows > 0; rows -= Height(rows)) tiles++;
        return tiles;
    }

    /// <summary>Computes one tile. Every element is one chain of multiply-adds along the depth, whatever the tile's height.</summary>
    /// <param name="rows">Rows of the tile, from <see cref="Height"/>.</param>
    /// <param name="depth">Positions along the shared dimension.</param>
    /// <param name="a">Panel [depth, rows].</param>
    /// <param name="b">Panel [depth, Columns].</param>
    /// <param name="c">First element of the tile.</param>
    /// <param name="stride">Elements from one row of C to the next.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    /// <param name="ahead">What is asked for meanwhile.</param>
    public static void Multiply(int rows, int depth, ref T a, ref T b, ref T c, int stride, bool accumulate, GemmAhead<T> ahead)
    {
        switch (rows)
        {
            case 14:
                Tile<Rows14>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 13:
                Tile<Rows13>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 12:
                Tile<Rows12>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 11:
                Tile<Rows11>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 10:
                Tile<Rows10>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 9:
                Tile<Rows9>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 8:
                Tile<Rows8>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 7:
                Tile<Rows7>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 6:
                Tile<Rows6>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 5:
                Tile<Rows5>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 4:
                Tile<Rows4>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 3:
                Tile<Rows3>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            case 2:
                Tile<Rows2>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
            default:
                Tile<Rows1>(depth, ref a, ref b, ref c, stride, accumulate, ahead);
                break;
        }
    }

    /// <summary>
    /// c = A b for panels of A, <paramref name="rows"/> rows of <paramref name="depth"/>, and one panel b [depth, Columns]; c has the
    /// panel's width.
    /// </summary>
    public static void MultiplyPanel(int rows, int depth, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c)
    {
        for (int row = 0, height; row < rows; row += height)
        {
            height = Height(rows - row);
            ref T tile = ref MemoryMarshal.GetReference(c.Slice(row * Columns, height * Columns));
            ref T panel = ref MemoryMarshal.GetReference(a.Slice(row * depth, height * depth));
            Multiply(
                height, depth, ref panel, ref MemoryMarshal.GetReference(b[..(depth * Columns)]), ref tile, Columns, accumulate: false,
                GemmAhead<T>.Nothing(b));
        }
    }

    /// <summary>A number of rows as a type, so that a tile's code is made for it.</summary>
    private interface IRowCount
    {
        static abstract int Count { get; }
    }

    private readonly struct Rows14 : IRowCount
    {
        public static int Count => 14;
    }

    private readonly struct Rows13 : IRowCount
    {
        public static int Count => 13;
    }

    private readonly struct Rows12 : IRowCount
    {
        public static int Count => 12;
    }

    private readonly struct Rows11 : IRowCount
    {
        public static int Count => 11;
    }

    private readonly struct Rows10 : IRowCount
    {
        public static int Count => 10;
    }

    private readonly struct Rows9 : IRowCount
    {
        public static int Count => 9;
    }

    private readonly struct Rows8 : IRowCount
    {
        public static int Count => 8;
    }

    private readonly struct Rows7 : IRowCount
    {
        public static int Count => 7;
    }

    private readonly struct Rows6 : IRowCount
    {
        public static int Count => 6;
    }

    private readonly struct Rows5 : IRowCount
    {
        public static int Count => 5;
    }

    private readonly struct Rows4 : IRowCount
    {
        public static int Count => 4;
    }

    private readonly struct Rows3 : IRowCount
    {
        public static int Count => 3;
    }

    private readonly struct Rows2 : IRowCount
    {
        public static int Count => 2;
    }

    private readonly struct Rows1 : IRowCount
    {
        public static int Count => 1;
    }

    // The conditions are constants of the instantiation: accumulators that a height does not have are gone. Optimised before its first
    // call: a first text would spend more time in tiles than in all else, were they compiled quickly first.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows>(int depth, ref T a, ref T b, ref T c, int stride, bool accumulate, GemmAhead<T> ahead)
        where TRows : struct, IRowCount
    {
        ref byte next = ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in ahead.First));
        TLane zero = TLane.Splat(T.Zero);
        TLane c00 = zero, c01 = zero;
        TLane c10 = zero, c11 = zero;
        TLane c20 = zero, c21 = zero;
        TLane c30 = zero, c31 = zero;
        TLane c40 = zero, c41 = zero;
        TLane c50 = zero, c51 = zero;
        TLane c60 = zero, c61 = zero;
        TLane c70 = zero, c71 = zero;
        TLane c80 = zero, c81 = zero;
        TLane c90 = zero, c91 = zero;
        TLane c100 = zero, c101 = zero;
        TLane c110 = zero, c111 = zero;
        TLane c120 = zero, c121 = zero;
        TLane c130 = zero, c131 = zero;
        for (int p = 0; p < depth; p++)
        {
            Prefetch(ref next, ahead.Bytes);
            next = ref Unsafe.Add(ref next, ahead.Bytes);
            TLane b0 = TLane.Load(ref b), b1 = TLane.Load(ref Unsafe.Add(ref b, TLane.Count)), ar;
            ar = TLane.Splat(a); c00 = TLane.MultiplyAdd(ar, b0, c00); c01 = TLane.MultiplyAdd(ar, b1, c01);
            if (TRows.Count > 1) { ar = TLane.Splat(Unsafe.Add(ref a, 1)); c10 = TLane.MultiplyAdd(ar, b0, c10); c11 = TLane.MultiplyAdd(ar, b1, c11); }
            if (TRows.Count > 2) { ar = TLane.Splat(Unsafe.Add(ref a, 2)); c20 = TLane.MultiplyAdd(ar, b0, c20); c21 = TLane.MultiplyAdd(ar, b1, c21); }
            if (TRows.Count > 3) { ar = TLane.Splat(Unsafe.Add(ref a, 3)); c30 = TLane.MultiplyAdd(ar, b0, c30); c31 = TLane.MultiplyAdd(ar, b1, c31); }
            if (TRows.Count > 4) { ar = TLane.Splat(Unsafe.Add(ref a, 4)); c40 = TLane.MultiplyAdd(ar, b0, c40); c41 = TLane.MultiplyAdd(ar, b1, c41); }
            if (TRows.Count > 5) { ar = TLane.Splat(Unsafe.Add(ref a, 5)); c50 = TLane.MultiplyAdd(ar, b0, c50); c51 = TLane.MultiplyAdd(ar, b1, c51); }
            if (TRows.Count > 6) { ar = TLane.Splat(Unsafe.Add(ref a, 6)); c60 = TLane.MultiplyAdd(ar, b0, c60); c61 = TLane.MultiplyAdd(ar, b1, c61); }
            if (TRows.Count > 7) { ar = TLane.Splat(Unsafe.Add(ref a, 7)); c70 = TLane.MultiplyAdd(ar, b0, c70); c71 = TLane.MultiplyAdd(ar, b1, c71); }
            if (TRows.Count > 8) { ar = TLane.Splat(Unsafe.Add(ref a, 8)); c80 = TLane.MultiplyAdd(ar, b0, c80); c81 = TLane.MultiplyAdd(ar, b1, c81); }
            if (TRows.Count > 9) { ar = TLane.Splat(Unsafe.Add(ref a, 9)); c90 = TLane.MultiplyAdd(ar, b0, c90); c91 = TLane.MultiplyAdd(ar, b1, c91); }
            if (TRows.Count > 10) { ar = TLane.Splat(Unsafe.Add(ref a, 10)); c100 = TLane.MultiplyAdd(ar, b0, c100); c101 = TLane.MultiplyAdd(ar, b1, c101); }
            if (TRows.Count > 11) { ar = TLane.Splat(Unsafe.Add(ref a, 11)); c110 = TLane.MultiplyAdd(ar, b0, c110); c111 = TLane.MultiplyAdd(ar, b1, c111); }
            if (TRows.Count > 12) { ar = TLane.Splat(Unsafe.Add(ref a, 12)); c120 = TLane.MultiplyAdd(ar, b0, c120); c121 = TLane.MultiplyAdd(ar, b1, c121); }
            if (TRows.Count > 13) { ar = TLane.Splat(Unsafe.Add(ref a, 13)); c130 = TLane.MultiplyAdd(ar, b0, c130); c131 = TLane.MultiplyAdd(ar, b1, c131); }
            a = ref Unsafe.Add(ref a, TRows.Count);
            b = ref Unsafe.Add(ref b, 2 * TLane.Count);
        }
        nint row = stride;
        Put(ref c, c00, c01, accumulate);
        if (TRows.Count > 1) Put(ref Unsafe.Add(ref c, row), c10, c11, accumulate);
        if (TRows.Count > 2) Put(ref Unsafe.Add(ref c, 2 * row), c20, c21, accumulate);
        if (TRows.Count > 3) Put(ref Unsafe.Add(ref c, 3 * row), c30, c31, accumulate);
        if (TRows.Count > 4) Put(ref Unsafe.Add(ref c, 4 * row), c40, c41, accumulate);
        if (TRows.Count > 5) Put(ref Unsafe.Add(ref c, 5 * row), c50, c51, accumulate);
        if (TRows.Count > 6) Put(ref Unsafe.Add(ref c, 6 * row), c60, c61, accumulate);
        if (TRows.Count > 7) Put(ref Unsafe.Add(ref c, 7 * row), c70, c71, accumulate);
        if (TRows.Count > 8) Put(ref Unsafe.Add(ref c, 8 * row), c80, c81, accumulate);
        if (TRows.Count > 9) Put(ref Unsafe.Add(ref c, 9 * row), c90, c91, accumulate);
        if (TRows.Count > 10) Put(ref Unsafe.Add(ref c, 10 * row), c100, c101, accumulate);
        if (TRows.Count > 11) Put(ref Unsafe.Add(ref c, 11 * row), c110, c111, accumulate);
        if (TRows.Count > 12) Put(ref Unsafe.Add(ref c, 12 * row), c120, c121, accumulate);
        if (TRows.Count > 13) Put(ref Unsafe.Add(ref c, 13 * row), c130, c131, accumulate);
    }

    /// <summary>Asks the second-level cache for a step of what is read next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(ref byte next, int bytes)
    {
        if (!Sse.IsSupported) return;
        byte* line = (byte*)Unsafe.AsPointer(ref next);
        Sse.Prefetch1(line);
        if (bytes > CacheLine) Sse.Prefetch1(line + CacheLine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref T c, TLane left, TLane right, bool accumulate)
    {
        ref T second = ref Unsafe.Add(ref c, TLane.Count);
        if (accumulate)
        {
            left = TLane.Load(ref c) + left;
            right = TLane.Load(ref second) + right;
        }
        left.Store(ref c);
        right.Store(ref second);
    }
}
