using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Reductions and updates of one row, for use inside kernels that have picked their lane.</summary>
/// <remarks>
/// The order of the additions depends on the row's length alone. Whole lanes come first and the tail after them: with the
/// call for a part of a lane inside the loop, everything the loop keeps in registers would go through memory.
/// </remarks>
internal static class Rows
{
    /// <summary>Sum of the elements.</summary>
    public static T Sum<TLane, T>(ReadOnlySpan<T> row)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int whole = row.Length / TLane.Count * TLane.Count;
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane sum = SumOfLanes<TLane, T>(ref x, whole);
        if (whole < row.Length) sum += Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref x, whole), row.Length - whole, T.Zero);
        return sum.Sum();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLane SumOfLanes<TLane, T>(ref T x, int whole)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane even = TLane.Splat(T.Zero), odd = even;
        int i = 0;
        for (; i <= whole - (2 * TLane.Count); i += 2 * TLane.Count)
        {
            even += TLane.Load(ref Unsafe.Add(ref x, i));
            odd += TLane.Load(ref Unsafe.Add(ref x, i + TLane.Count));
        }
        if (i < whole) even += TLane.Load(ref Unsafe.Add(ref x, i));
        return even + odd;
    }

    /// <summary>Largest element; minus infinity for an empty row.</summary>
    public static T Max<TLane, T>(ReadOnlySpan<T> row)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane max = TLane.Splat(T.NegativeInfinity);
        int i = 0;
        for (; i <= row.Length - TLane.Count; i += TLane.Count) max = TLane.Max(max, TLane.Load(ref Unsafe.Add(ref x, i)));
        if (i < row.Length) max = TLane.Max(max, Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref x, i), row.Length - i, T.NegativeInfinity));
        return max.Largest();
    }

    /// <summary>Sum of the products of two rows.</summary>
    public static T Dot<TLane, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int whole = left.Length / TLane.Count * TLane.Count, rest = left.Length - whole;
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right[..left.Length]);
        TLane sum = DotOfLanes<TLane, T>(ref a, ref b, whole);
        if (rest == 0) return sum.Sum();
        TLane last = Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref a, whole), rest, T.Zero) * Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref b, whole), rest, T.Zero);
        return (sum + last).Sum();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLane DotOfLanes<TLane, T>(ref T a, ref T b, int whole)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane even = TLane.Splat(T.Zero), odd = even;
        int i = 0;
        for (; i <= whole - (2 * TLane.Count); i += 2 * TLane.Count)
        {
            even = TLane.MultiplyAdd(TLane.Load(ref Unsafe.Add(ref a, i)), TLane.Load(ref Unsafe.Add(ref b, i)), even);
            odd = TLane.MultiplyAdd(TLane.Load(ref Unsafe.Add(ref a, i + TLane.Count)), TLane.Load(ref Unsafe.Add(ref b, i + TLane.Count)), odd);
        }
        if (i < whole) even = TLane.MultiplyAdd(TLane.Load(ref Unsafe.Add(ref a, i)), TLane.Load(ref Unsafe.Add(ref b, i)), even);
        return even + odd;
    }

    /// <summary>y += factor x.</summary>
    public static void AddScaled<TLane, T>(T factor, ReadOnlySpan<T> row, Span<T> target)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        ref T y = ref MemoryMarshal.GetReference(target[..row.Length]);
        TLane scale = TLane.Splat(factor);
        int i = 0;
        for (; i <= row.Length - TLane.Count; i += TLane.Count)
            TLane.MultiplyAdd(scale, TLane.Load(ref Unsafe.Add(ref x, i)), TLane.Load(ref Unsafe.Add(ref y, i))).Store(ref Unsafe.Add(ref y, i));
        if (i == row.Length) return;
        int rest = row.Length - i;
        TLane sum = TLane.MultiplyAdd(scale, Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref x, i), rest, T.Zero), Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref y, i), rest, T.Zero));
        Lanes.StorePartial(sum, ref Unsafe.Add(ref y, i), rest);
    }

    /// <summary>y += x.</summary>
    public static void Add<TLane, T>(ReadOnlySpan<T> row, Span<T> target)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Sum<TLane, T>(row, target[..row.Length], target);

    /// <summary>y = a + b.</summary>
    public static void Sum<TLane, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> target)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right[..left.Length]);
        ref T y = ref MemoryMarshal.GetReference(target[..left.Length]);
        int i = 0;
        for (; i <= left.Length - TLane.Count; i += TLane.Count)
            (TLane.Load(ref Unsafe.Add(ref a, i)) + TLane.Load(ref Unsafe.Add(ref b, i))).Store(ref Unsafe.Add(ref y, i));
        if (i == left.Length) return;
        int rest = left.Length - i;
        TLane sum = Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref a, i), rest, T.Zero) + Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref b, i), rest, T.Zero);
        Lanes.StorePartial(sum, ref Unsafe.Add(ref y, i), rest);
    }

    /// <summary>x *= factor.</summary>
    public static void Scale<TLane, T>(T factor, Span<T> row)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane scale = TLane.Splat(factor);
        int i = 0;
        for (; i <= row.Length - TLane.Count; i += TLane.Count) (scale * TLane.Load(ref Unsafe.Add(ref x, i))).Store(ref Unsafe.Add(ref x, i));
        if (i < row.Length) Lanes.StorePartial(scale * Lanes.LoadPartial<TLane, T>(ref Unsafe.Add(ref x, i), row.Length - i, T.Zero), ref Unsafe.Add(ref x, i), row.Length - i);
    }
}
