using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>The innermost product of Gemm: one tile of C, held in registers, from one panel of A and one of B.</summary>
/// <typeparam name="T">The element.</typeparam>
internal interface IGemmTile<T>
    where T : unmanaged
{
    /// <summary>Rows of a tile, the width of A's panels.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of a tile, the width of B's panels.</summary>
    static abstract int Columns { get; }

    /// <summary>Computes one tile. Every element is one chain of multiply-adds along the depth, wherever it stands.</summary>
    /// <param name="depth">Positions along the shared dimension.</param>
    /// <param name="a">Panel [depth, Rows].</param>
    /// <param name="b">Panel [depth, Columns].</param>
    /// <param name="c">First element of the tile.</param>
    /// <param name="stride">Elements from one row of C to the next.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    static abstract void Multiply(int depth, ref T a, ref T b, ref T c, int stride, bool accumulate);
}

/// <summary>What the tiles of all tiers share.</summary>
internal static class GemmTile
{
    /// <summary>Writes two lanes of a row, or adds to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TLane, T>(ref T c, TLane left, TLane right, bool accumulate)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
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
