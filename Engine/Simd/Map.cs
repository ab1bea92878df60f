using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace QEngine.Simd;

/// <summary>A formula of one argument, written once for every lane width.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the formula to every element of a lane.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <param name="x">The argument.</param>
    TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>The loop that applies an <see cref="IMap{T}"/> to a span: <c>y[i] = f(x[i])</c>.</summary>
public static class Map
{
    /// <summary>Computes <c>y[i] = f(x[i])</c>; the spans may be the same but must not overlap otherwise.</summary>
    /// <typeparam name="TMap">The formula.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="f">The formula with its constants.</param>
    /// <param name="x">Arguments.</param>
    /// <param name="y">Results, as many as arguments.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TMap, T>(TMap f, ReadOnlySpan<T> x, Span<T> y)
        where TMap : struct, IMap<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(y, x.Length);
        Require.SameOrApart(y, x);
        if (Vector512.IsHardwareAccelerated) Loop<TMap, Lane512<T>, T>(f, x, y);
        else if (Vector256.IsHardwareAccelerated) Loop<TMap, Lane256<T>, T>(f, x, y);
        else if (Vector128.IsHardwareAccelerated) Loop<TMap, Lane128<T>, T>(f, x, y);
        else Loop<TMap, LaneScalar<T>, T>(f, x, y);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Loop<TMap, TLane, T>(TMap f, ReadOnlySpan<T> x, Span<T> y)
        where TMap : struct, IMap<T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int whole = x.Length / TLane.Count * TLane.Count;
        Part<TMap, TLane, WholeLane, T>(f, x[..whole], y);
        if (whole < x.Length) Part<TMap, TLane, PartOfLane, T>(f, x[whole..], y[whole..]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Part<TMap, TLane, TPart, T>(TMap f, ReadOnlySpan<T> arguments, Span<T> results)
        where TMap : struct, IMap<T>
        where TLane : struct, ILane<TLane, T>
        where TPart : struct, ILanePart
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(arguments);
        ref T y = ref MemoryMarshal.GetReference(results);
        for (int i = 0; i < arguments.Length; i += TLane.Count)
        {
            int rest = arguments.Length - i;
            TPart.Put<TLane, T>(f.Invoke(TPart.Take<TLane, T>(ref Unsafe.Add(ref x, i), rest)), ref Unsafe.Add(ref y, i), rest);
        }
    }
}
