using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>The data's rotations of an edge for some rows: cosines and sines for every repetition, or one for all of them.</summary>
/// <param name="cos">[repetitions, rows], or [rows] where every repetition reads the number itself.</param>
/// <param name="sin">As many.</param>
/// <param name="stride">From a repetition to the next; 0 where all read the same.</param>
internal readonly ref struct EdgeData<TLane, T>(ReadOnlySpan<T> cos, ReadOnlySpan<T> sin, int stride)
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // So many rows that those of all repetitions stay in the innermost cache, but not so few that calls count.
    private const int Numbers = 1 << 11, FewestRows = 64;

    private readonly ref T _cos = ref MemoryMarshal.GetReference(cos), _sin = ref MemoryMarshal.GetReference(sin);

    /// <summary>How many rows are taken at a time; a multiple of every lane.</summary>
    public static int Rows(DaruanPlan plan) => Math.Max(FewestRows, Numbers / plan.Repetitions / FewestRows * FewestRows);

    /// <summary>Computes those of numbers that an edge reads as w x + b, in a buffer of the thread.</summary>
    /// <param name="isArcCosine">How numbers are read.</param>
    /// <param name="x">[rows].</param>
    /// <param name="frequencies">w [repetitions].</param>
    /// <param name="offsets">b [repetitions].</param>
    public static EdgeData<TLane, T> Of(bool isArcCosine, ReadOnlySpan<T> x, ReadOnlySpan<T> frequencies, ReadOnlySpan<T> offsets)
    {
        int length = frequencies.Length * x.Length;
        Span<T> all = Scratch<Buffer, T>.Rent(2 * length), cos = all[..length], sin = all[length..];
        for (int l = 0; l < frequencies.Length; l++)
        {
            int first = l * x.Length;
            DataAngles.SinCos<TLane, T>(
                isArcCosine, x, frequencies[l], offsets[l], cos.Slice(first, x.Length), sin.Slice(first, x.Length));
        }
        return new(cos, sin, x.Length);
    }

    /// <summary>Sine and cosine of a repetition for a lane of rows.</summary>
    /// <param name="repetition">Which, from 0.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rest">How many rows are left.</param>
    /// <param name="cos">The cosines.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane SinCos<TPart>(int repetition, int row, int rest, out TLane cos)
        where TPart : struct, ILanePart<TLane, T>
    {
        int at = (repetition * stride) + row;
        cos = TPart.Take(ref Unsafe.Add(ref _cos, at), rest);
        return TPart.Take(ref Unsafe.Add(ref _sin, at), rest);
    }

    private readonly struct Buffer;
}
