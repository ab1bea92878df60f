using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Quantum;

/// <summary>Arithmetic with the bits of rows.</summary>
internal static class RowBits
{
    /// <summary>1 for an odd number of bits, 0 for an even one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Parity(int bits) => BitOperations.PopCount((uint)bits) & 1;

    /// <summary>Makes room for a bit, which is 0.</summary>
    /// <param name="bits">A number.</param>
    /// <param name="low">All bits below the new one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Spread(int bits, int low) => ((bits & ~low) << 1) | (bits & low);
}
