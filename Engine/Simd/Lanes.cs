using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>Constants of formulas, and the lanes at the end of a row that are not whole.</summary>
internal static class Lanes<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>A constant of a formula in every element, rounded to <typeparamref name="T"/>.</summary>
    [MethodImpl(Inline)]
    public static TLane Constant(double value) => TLane.Splat(T.CreateTruncating(value));

    /// <summary>
    /// The next lane of a row that has <paramref name="rest"/> elements left, at least 1; the missing ones are <paramref name="fill"/>.
    /// </summary>
    [MethodImpl(Inline)]
    public static TLane Take(ref readonly T source, int rest, T fill = default) =>
        rest >= TLane.Count ? TLane.Load(in source) : TLane.LoadPartial(in source, rest, fill);

    /// <summary>Writes the next lane of a row that has <paramref name="rest"/> elements left, at least 1.</summary>
    [MethodImpl(Inline)]
    public static void Put(TLane lane, ref T destination, int rest)
    {
        if (rest >= TLane.Count) lane.Store(ref destination);
        else lane.StorePartial(ref destination, rest);
    }

    /// <summary>Reads elements one by one, where the hardware has no masks.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TLane LoadEach(ref readonly T source, int count, T fill)
    {
        TLane lane = TLane.Splat(fill);
        ref T first = ref Unsafe.As<TLane, T>(ref lane);
        for (int i = 0; i < count; i++) Unsafe.Add(ref first, i) = Unsafe.Add(ref Unsafe.AsRef(in source), i);
        return lane;
    }

    /// <summary>Writes elements one by one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StoreEach(TLane lane, ref T destination, int count)
    {
        ref T first = ref Unsafe.As<TLane, T>(ref lane);
        for (int i = 0; i < count; i++) Unsafe.Add(ref destination, i) = Unsafe.Add(ref first, i);
    }
}
