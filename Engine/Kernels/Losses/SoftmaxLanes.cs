using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Softmax of a row, for use inside kernels that have picked their lane.</summary>
internal static class SoftmaxLanes<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Replaces a row by e^(row - logSumExp), logSumExp = ln sum e^row, which is returned.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static T Row(Span<T> row)
    {
        T max = Rows<TLane, T>.Max(row);
        T sum = ExpShifted(max, row);
        Rows<TLane, T>.Scale(T.One / sum, row);
        return max + T.Log(sum);
    }

    /// <summary>Replaces a row by e^(row - shift); the sum is returned.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T ExpShifted(T shift, Span<T> row)
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane sum = TLane.Splat(T.Zero);
        TLane summand = TLane.Splat(-shift);
        for (int i = 0; i < row.Length; i += TLane.Count)
        {
            int rest = row.Length - i;
            TLane e = Functions<TLane, T>.Exp(Lanes<TLane, T>.Take(ref Unsafe.Add(ref x, i), rest, T.NegativeInfinity) + summand);
            Lanes<TLane, T>.Put(e, ref Unsafe.Add(ref x, i), rest);
            sum += e;
        }
        return sum.Sum();
    }
}
