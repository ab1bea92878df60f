using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace QEngine.Simd;

/// <summary>A reduction over two sequences: a step that takes one pair of lanes into the running value.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IFold<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The start of the reduction; also the value of the elements that are missing in the tail's result.</summary>
    T Start { get; }

    /// <summary>The running value after one more pair of lanes.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <param name="running">The running value.</param>
    /// <param name="a">Next elements of the first sequence.</param>
    /// <param name="b">Next elements of the second sequence.</param>
    TLane Step<TLane>(TLane running, TLane a, TLane b)
        where TLane : struct, ILane<TLane, T>;

    /// <summary>Reduces a lane to one number.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <param name="running">The running value.</param>
    T Finish<TLane>(TLane running)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>The loop that applies an <see cref="IFold{T}"/>. The order of the additions depends on the length alone.</summary>
public static class Fold
{
    /// <summary>Reduces two sequences of equal length (pass the same one twice for a reduction of one).</summary>
    /// <typeparam name="TFold">The reduction.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="f">The reduction with its constants; a pair of zeros must leave the running value as it is or the
    /// sequences' length be a multiple of the lane.</param>
    /// <param name="a">First sequence.</param>
    /// <param name="b">Second sequence.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static T Run<TFold, T>(TFold f, ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where TFold : struct, IFold<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Length != b.Length) throw new ArgumentException($"expected two equal lengths, found {a.Length} and {b.Length}", nameof(b));
        ref T ra = ref MemoryMarshal.GetReference(a);
        ref T rb = ref MemoryMarshal.GetReference(b);
        if (Vector512.IsHardwareAccelerated) return Loop<TFold, Lane512<T>, T>(f, ref ra, ref rb, a.Length);
        if (Vector256.IsHardwareAccelerated) return Loop<TFold, Lane256<T>, T>(f, ref ra, ref rb, a.Length);
        if (Vector128.IsHardwareAccelerated) return Loop<TFold, Lane128<T>, T>(f, ref ra, ref rb, a.Length);
        return Loop<TFold, LaneScalar<T>, T>(f, ref ra, ref rb, a.Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Loop<TFold, TLane, T>(TFold f, ref T a, ref T b, int count)
        where TFold : struct, IFold<T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane running = TLane.Splat(f.Start);
        int i = 0;
        for (; i <= count - TLane.Count; i += TLane.Count)
            running = f.Step(running, TLane.Load(ref Unsafe.Add(ref a, i)), TLane.Load(ref Unsafe.Add(ref b, i)));
        int rest = count - i;
        if (rest != 0)
        {
            // Missing elements are the start value in every argument: a maximum starts at minus infinity, a sum at zero.
            running = f.Step(
                running,
                Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref a, i), rest, f.Start),
                Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref b, i), rest, f.Start));
        }
        return f.Finish(running);
    }
}
