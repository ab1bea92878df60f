using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>The innermost product of <see cref="Int8Gemm"/>: a tile two registers wide, whose sums stay in registers.</summary>
internal static class Int8Tile<TProducts, TSums>
    where TProducts : struct, IByteProducts<TSums>
    where TSums : struct
{
    /// <summary>Maximum rows of a tile: twelve sums, two weights and a group of numbers fill the registers of AVX2.</summary>
    public const int Rows = 6;

    /// <summary>Columns of a tile.</summary>
    public static int Columns => 2 * TProducts.Count;

    /// <summary>Rows of the next tile when <paramref name="rest"/> rows are left.</summary>
    public static int Height(int rest) => rest >= Rows ? Rows : rest >= 4 ? 4 : rest >= 2 ? 2 : 1;

    /// <summary>Computes one tile.</summary>
    /// <param name="rows">Rows of the tile, from <see cref="Height"/>.</param>
    /// <param name="groups">Groups along the shared dimension.</param>
    /// <param name="a">The first row's groups of numbers.</param>
    /// <param name="strideA">Groups from one row to the next.</param>
    /// <param name="b">A panel of weights.</param>
    /// <param name="zeros">[rows], the numbers that stand for 0.</param>
    /// <param name="weightSums">[Columns], sums of the weights of a column.</param>
    /// <param name="c">First element of the tile.</param>
    /// <param name="stride">Elements from one row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        int rows, int groups, ref int a, int strideA, ref sbyte b, ref int zeros, ref int weightSums, ref float c, int stride)
    {
        if (rows == 6) Tile<Rows6>(groups, ref a, strideA, ref b, ref zeros, ref weightSums, ref c, stride);
        else if (rows == 4) Tile<Rows4>(groups, ref a, strideA, ref b, ref zeros, ref weightSums, ref c, stride);
        else if (rows == 2) Tile<Rows2>(groups, ref a, strideA, ref b, ref zeros, ref weightSums, ref c, stride);
        else Tile<Rows1>(groups, ref a, strideA, ref b, ref zeros, ref weightSums, ref c, stride);
    }

    /// <summary>A number of rows as a type, so that a tile's code is made for it.</summary>
    private interface IRowCount
    {
        static abstract int Count { get; }
    }

    private readonly struct Rows6 : IRowCount
    {
        public static int Count => 6;
    }

    private readonly struct Rows4 : IRowCount
    {
        public static int Count => 4;
    }

    private readonly struct Rows2 : IRowCount
    {
        public static int Count => 2;
    }

    private readonly struct Rows1 : IRowCount
    {
        public static int Count => 1;
    }

    // Optimised before its first call, see GemmTile.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows>(
        int groups, ref int a, int strideA, ref sbyte b, ref int zeros, ref int weightSums, ref float c, int stride)
        where TRows : struct, IRowCount
    {
        ref int a1 = ref Unsafe.Add(ref a, TRows.Count > 1 ? strideA : 0);
        ref int a2 = ref Unsafe.Add(ref a1, TRows.Count > 2 ? strideA : 0);
        ref int a3 = ref Unsafe.Add(ref a2, TRows.Count > 2 ? strideA : 0);
        ref int a4 = ref Unsafe.Add(ref a3, TRows.Count > 4 ? strideA : 0);
        ref int a5 = ref Unsafe.Add(ref a4, TRows.Count > 4 ? strideA : 0);
        int step = TProducts.Count * TProducts.Group;
        TSums c00 = default, c01 = default;
        TSums c10 = default, c11 = default;
        TSums c20 = default, c21 = default;
        TSums c30 = default, c31 = default;
        TSums c40 = default, c41 = default;
        TSums c50 = default, c51 = default;
        for (nint p = 0; p < groups; p++)
        {
            TSums b0 = TProducts.Weights(ref b), b1 = TProducts.Weights(ref Unsafe.Add(ref b, step)), n;
            n = TProducts.Numbers(Unsafe.Add(ref a, p));
            c00 = TProducts.Add(c00, n, b0); c01 = TProducts.Add(c01, n, b1);
            if (TRows.Count > 1)
            {
                n = TProducts.Numbers(Unsafe.Add(ref a1, p));
                c10 = TProducts.Add(c10, n, b0); c11 = TProducts.Add(c11, n, b1);
            }
            if (TRows.Count > 2)
            {
                n = TProducts.Numbers(Unsafe.Add(ref a2, p));
                c20 = TProducts.Add(c20, n, b0); c21 = TProducts.Add(c21, n, b1);
                n = TProducts.Numbers(Unsafe.Add(ref a3, p));
                c30 = TProducts.Add(c30, n, b0); c31 = TProducts.Add(c31, n, b1);
            }
            if (TRows.Count > 4)
            {
                n = TProducts.Numbers(Unsafe.Add(ref a4, p));
                c40 = TProducts.Add(c40, n, b0); c41 = TProducts.Add(c41, n, b1);
                n = TProducts.Numbers(Unsafe.Add(ref a5, p));
                c50 = TProducts.Add(c50, n, b0); c51 = TProducts.Add(c51, n, b1);
            }
            b = ref Unsafe.Add(ref b, 2 * step);
        }
        nint row = stride;
        Put(ref c, c00, c01, zeros, ref weightSums);
        if (TRows.Count > 1) Put(ref Unsafe.Add(ref c, row), c10, c11, Unsafe.Add(ref zeros, 1), ref weightSums);
        if (TRows.Count > 2) Put(ref Unsafe.Add(ref c, 2 * row), c20, c21, Unsafe.Add(ref zeros, 2), ref weightSums);
        if (TRows.Count > 2) Put(ref Unsafe.Add(ref c, 3 * row), c30, c31, Unsafe.Add(ref zeros, 3), ref weightSums);
        if (TRows.Count > 4) Put(ref Unsafe.Add(ref c, 4 * row), c40, c41, Unsafe.Add(ref zeros, 4), ref weightSums);
        if (TRows.Count > 4) Put(ref Unsafe.Add(ref c, 5 * row), c50, c51, Unsafe.Add(ref zeros, 5), ref weightSums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref float c, TSums left, TSums right, int zero, ref int weightSums)
    {
        TProducts.Store(left, zero, ref weightSums, ref c);
        TProducts.Store(right, zero, ref Unsafe.Add(ref weightSums, TProducts.Count), ref Unsafe.Add(ref c, TProducts.Count));
    }
}
