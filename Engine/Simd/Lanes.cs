using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QEngine.Simd;

/// <summary>Helpers shared by everything that is written against <see cref="ILane{TSelf, T}"/>.</summary>
public static class Lanes
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The instruction tier this process computes with: lane width in bits, or 0 without vectors.</summary>
    public static int Bits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>A constant of a formula in every element.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="value">The constant, rounded to <typeparamref name="T"/>.</param>
    [MethodImpl(Inline)]
    public static TLane Constant<TLane, T>(double value)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TLane.Splat(T.CreateTruncating(value));

    /// <summary>The next lane of a row that has <paramref name="rest"/> elements left; the missing ones are <paramref name="fill"/>.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="source">The first element.</param>
    /// <param name="rest">Elements left in the row, at least 1.</param>
    /// <param name="fill">The value of the missing elements.</param>
    [MethodImpl(Inline)]
    public static TLane Take<TLane, T>(ref readonly T source, int rest, T fill = default)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        rest >= TLane.Count ? TLane.Load(in source) : LoadPartial<TLane, T>(in source, rest, fill);

    /// <summary>Writes the next lane of a row that has <paramref name="rest"/> elements left.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="lane">The elements.</param>
    /// <param name="destination">Where the first one goes.</param>
    /// <param name="rest">Elements left in the row, at least 1.</param>
    [MethodImpl(Inline)]
    public static void Put<TLane, T>(TLane lane, ref T destination, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rest >= TLane.Count) lane.Store(ref destination);
        else StorePartial(lane, ref destination, rest);
    }

    /// <summary>
    /// Reads <paramref name="count"/> elements into a lane and fills the rest with <paramref name="fill"/>, so that a
    /// tail runs through the very formula of the body: an element's result does not depend on where it stands.
    /// </summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="source">The first element.</param>
    /// <param name="count">How many to read, 0 to <c>TLane.Count</c>.</param>
    /// <param name="fill">The value of the missing elements.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TLane LoadPartial<TLane, T>(ref readonly T source, int count, T fill)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(count >= 0 && count <= TLane.Count, "more than a lane");
        TLane lane = TLane.Splat(fill);
        ref T first = ref Unsafe.As<TLane, T>(ref lane);
        for (int i = 0; i < count; i++) Unsafe.Add(ref first, i) = Unsafe.Add(ref Unsafe.AsRef(in source), i);
        return lane;
    }

    /// <summary>Writes the first <paramref name="count"/> elements of a lane.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="lane">The elements.</param>
    /// <param name="destination">Where the first one goes.</param>
    /// <param name="count">How many to write, 0 to <c>TLane.Count</c>.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StorePartial<TLane, T>(TLane lane, ref T destination, int count)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(count >= 0 && count <= TLane.Count, "more than a lane");
        ref T first = ref Unsafe.As<TLane, T>(ref lane);
        for (int i = 0; i < count; i++) Unsafe.Add(ref destination, i) = Unsafe.Add(ref first, i);
    }
}
