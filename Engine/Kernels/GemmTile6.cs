using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>6 rows by two lanes: 12 accumulators, for 16 vector registers.</summary>
/// <typeparam name="TLane">The lane; a tile is two lanes wide.</typeparam>
/// <typeparam name="T">The element.</typeparam>
internal readonly struct GemmTile6<TLane, T> : IGemmTile<T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public static int Rows => 6;

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
        for (int p = 0; p < depth; p++)
        {
            TLane b0 = TLane.Load(ref b), b1 = TLane.Load(ref Unsafe.Add(ref b, TLane.Count)), ar;
            ar = TLane.Splat(a); c00 = TLane.MultiplyAdd(ar, b0, c00); c01 = TLane.MultiplyAdd(ar, b1, c01);
            ar = TLane.Splat(Unsafe.Add(ref a, 1)); c10 = TLane.MultiplyAdd(ar, b0, c10); c11 = TLane.MultiplyAdd(ar, b1, c11);
            ar = TLane.Splat(Unsafe.Add(ref a, 2)); c20 = TLane.MultiplyAdd(ar, b0, c20); c21 = TLane.MultiplyAdd(ar, b1, c21);
            ar = TLane.Splat(Unsafe.Add(ref a, 3)); c30 = TLane.MultiplyAdd(ar, b0, c30); c31 = TLane.MultiplyAdd(ar, b1, c31);
            ar = TLane.Splat(Unsafe.Add(ref a, 4)); c40 = TLane.MultiplyAdd(ar, b0, c40); c41 = TLane.MultiplyAdd(ar, b1, c41);
            ar = TLane.Splat(Unsafe.Add(ref a, 5)); c50 = TLane.MultiplyAdd(ar, b0, c50); c51 = TLane.MultiplyAdd(ar, b1, c51);
            a = ref Unsafe.Add(ref a, 6);
            b = ref Unsafe.Add(ref b, 2 * TLane.Count);
        }
        nint row = stride;
        GemmTile.Put(ref c, c00, c01, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 1 * row), c10, c11, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 2 * row), c20, c21, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 3 * row), c30, c31, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 4 * row), c40, c41, accumulate);
        GemmTile.Put(ref Unsafe.Add(ref c, 5 * row), c50, c51, accumulate);
    }
}
