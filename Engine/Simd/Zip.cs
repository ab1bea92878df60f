using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace QEngine.Simd;

/// <summary>A formula of three arguments, written once for every lane width.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IZip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the formula to every element of three lanes.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <param name="a">First argument.</param>
    /// <param name="b">Second argument.</param>
    /// <param name="c">Third argument; an accumulating formula gets here what the destination holds.</param>
    TLane Invoke<TLane>(TLane a, TLane b, TLane c)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>The loop that applies an <see cref="IZip{T}"/>: <c>y[i] = f(a[i], b[i], y[i])</c>.</summary>
/// <remarks>Backward formulas are of this form: saved value, upstream gradient, gradient accumulated so far.</remarks>
public static class Zip
{
    /// <summary>Computes <c>y[i] = f(a[i], b[i], y[i])</c>.</summary>
    /// <typeparam name="TZip">The formula.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="f">The formula with its constants.</param>
    /// <param name="a">First arguments.</param>
    /// <param name="b">Second arguments.</param>
    /// <param name="y">Third arguments, replaced by the results.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TZip, T>(TZip f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where TZip : struct, IZip<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(a, y.Length);
        Require.Elements(b, y.Length);
        Require.SameOrApart(y, a);
        Require.SameOrApart(y, b);
        if (Vector512.IsHardwareAccelerated) Loop<TZip, Lane512<T>, T>(f, a, b, y);
        else if (Vector256.IsHardwareAccelerated) Loop<TZip, Lane256<T>, T>(f, a, b, y);
        else if (Vector128.IsHardwareAccelerated) Loop<TZip, Lane128<T>, T>(f, a, b, y);
        else Loop<TZip, LaneScalar<T>, T>(f, a, b, y);
    }

    /// <summary>The same with a lane that the caller has picked; lengths are not checked.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Loop<TZip, TLane, T>(TZip f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where TZip : struct, IZip<T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int whole = y.Length / TLane.Count * TLane.Count;
        Part<TZip, TLane, WholeLane, T>(f, a, b, y[..whole]);
        if (whole < y.Length) Part<TZip, TLane, PartOfLane, T>(f, a[whole..], b[whole..], y[whole..]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Part<TZip, TLane, TPart, T>(TZip f, ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> result)
        where TZip : struct, IZip<T>
        where TLane : struct, ILane<TLane, T>
        where TPart : struct, ILanePart
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T a = ref MemoryMarshal.GetReference(first);
        ref T b = ref MemoryMarshal.GetReference(second);
        ref T y = ref MemoryMarshal.GetReference(result);
        for (int i = 0; i < result.Length; i += TLane.Count)
        {
            int rest = result.Length - i;
            TLane x = TPart.Take<TLane, T>(ref Unsafe.Add(ref a, i), rest), z = TPart.Take<TLane, T>(ref Unsafe.Add(ref b, i), rest);
            TPart.Put<TLane, T>(f.Invoke(x, z, TPart.Take<TLane, T>(ref Unsafe.Add(ref y, i), rest)), ref Unsafe.Add(ref y, i), rest);
        }
    }
}
