using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>12 rows by two lanes: 24 accumulators, for the 32 vector registers of AVX-512.</summary>
/// <typeparam name="TLane">The lane; a tile is two lanes wide.</typeparam>
/// <typeparam name="T">The element.</typeparam>
internal readonly struct GemmTile12<TLane, T> : IGemmTile<T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static int Rows => 12;

    /// <inheritdoc/>
    public static int Columns => 2 * TLane.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Multiply(int depth, ref T a, ref T b, ref T c, int stride, bool accumulate)
    {
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
        for (int p = 0; p < depth; p++)
        {
            TLane b0 = TLane.Load(ref b), b1 = TLane.Load(ref Unsafe.Add(ref b, TLane.Count)), ar;
            ar = TLane.Splat(a); c00 = TLane.MultiplyAdd(ar, b0, c00); c01 = TLane.MultiplyAdd(ar, b1, c01);
            ar = TLane.Splat(Unsafe.Add(ref a, 1)); c10 = TLane.MultiplyAdd(ar, b0, c10); c11 = TLane.MultiplyAdd(ar, b1, c11);
            ar = TLane.Splat(Unsafe.Add(ref a, 2)); c20 = TLane.MultiplyAdd(ar, b0, c20); c21 = TLane.MultiplyAdd(ar, b1, c21);
            ar = TLane.Splat(Unsafe.Add(ref a, 3)); c30 = TLane.MultiplyAdd(ar, b0, c30); c31 = TLane.MultiplyAdd(ar, b1, c31);
            ar = TLane.Splat(Unsafe.Add(ref a, 4)); c40 = TLane.MultiplyAdd(ar, b0, c40); c41 = TLane.MultiplyAdd(ar, b1, c41);
            ar = TLane.Splat(Unsafe.Add(ref a, 5)); c50 = TLane.MultiplyAdd(ar, b0, c50); c51 = TLane.MultiplyAdd(ar, b1, c51);
            ar = TLane.Splat(Unsafe.Add(ref a, 6)); c60 = TLane.MultiplyAdd(ar, b0, c60); c61 = TLane.MultiplyAdd(ar, b1, c61);
            ar = TLane.Splat(Unsafe.Add(ref a, 7)); c70 = TLane.MultiplyAdd(ar, b0, c70); c71 = TLane.MultiplyAdd(ar, b1, c71);
            ar = TLane.Splat(Unsafe.Add(ref a, 8)); c80 = TLane.MultiplyAdd(ar, b0, c80); c81 = TLane.MultiplyAdd(ar, b1, c81);
            ar = TLane.Splat(Unsafe.Add(ref a, 9)); c90 = TLane.MultiplyAdd(ar, b0, c90); c91 = TLane.MultiplyAdd(ar, b1, c91);
            ar = TLane.Splat(Unsafe.Add(ref a, 10)); c100 = TLane.MultiplyAdd(ar, b0, c100); c101 = TLane.MultiplyAdd(ar, b1, c101);
            ar = TLane.Splat(Unsafe.Add(ref a, 11)); c110 = TLane.MultiplyAdd(ar, b0, c110); c111 = TLane.MultiplyAdd(ar, b1, c111);
            a = ref Unsafe.Add(ref a, 12);
            b = ref Unsafe.Add(ref b, 2 * TLane.Count);
        }
        nint row = stride;
        GemmTile.Put(ref c, c00, c01, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 1 * row), c10, c11, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 2 * row), c20, c21, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 3 * row), c30, c31, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 4 * row), c40, c41, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 5 * row), c50, c51, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 6 * row), c60, c61, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 7 * row), c70, c71, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 8 * row), c80, c81, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 9 * row), c90, c91, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 10 * row), c100, c101, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 11 * row), c110, c111, accumulate);
    }
}
