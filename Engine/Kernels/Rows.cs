using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Reductions and updates of one row, for use inside kernels that have picked their lane.</summary>
/// <remarks>
/// The order of the additions depends on the row's length alone, not on the lane: a row is cut into blocks of 64 bytes, the elements at one
/// place of a block are added from block to block, and the sums of the places pairwise. So lanes of 256 and of 512 bits give the same bits.
/// </remarks>
internal static class Rows<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The places of a block, and how many lanes they take.
    private static int Block => 64 / Unsafe.SizeOf<T>();

    private static int LanesOfBlock => Block / TLane.Count;

    /// <summary>Sum of the elements.</summary>
    public static T Sum(ReadOnlySpan<T> row) => Fold(default(Sum<T>), row, T.Zero, 0, LanesOfBlock);

    /// <summary>Sum of the squared distances of the elements from a number; missing elements of a block are at the number itself.</summary>
    public static T SquaredDistances(T from, ReadOnlySpan<T> row) => Fold(new SquaredDistance<T>(from), row, from, 0, LanesOfBlock);

    /// <summary>Sum of the products of two rows.</summary>
    public static T Dot(ReadOnlySpan<T> left, ReadOnlySpan<T> right) => Dot(left, right[..left.Length], 0, LanesOfBlock);

    /// <summary>Maximum of the elements; minus infinity for an empty row.</summary>
    public static T Max(ReadOnlySpan<T> row)
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane max = TLane.Splat(T.NegativeInfinity);
        int i = 0;
        for (; i <= row.Length - TLane.Count; i += TLane.Count) max = TLane.Max(max, TLane.Load(ref Unsafe.Add(ref x, i)));
        if (i < row.Length) max = TLane.Max(max, TLane.LoadPartial(ref Unsafe.Add(ref x, i), row.Length - i, T.NegativeInfinity));
        return max.Max();
    }

    /// <summary>y += factor x.</summary>
    public static void AddScaled(T factor, ReadOnlySpan<T> row, Span<T> target) =>
        Pointwise<TLane, T>.Apply(new AddScaled<T>(factor), row, target[..row.Length], target[..row.Length]);

    /// <summary>y += x.</summary>
    public static void Add(ReadOnlySpan<T> row, Span<T> target) =>
        Pointwise<TLane, T>.Apply(default(Sum<T>), row, target[..row.Length], target[..row.Length]);

    /// <summary>y = a + b.</summary>
    public static void Sum(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> target) =>
        Pointwise<TLane, T>.Apply(default(Sum<T>), left, right[..left.Length], target[..left.Length]);

    /// <summary>x *= factor.</summary>
    public static void Scale(T factor, Span<T> row) => Pointwise<TLane, T>.Apply(new Scaled<T>(factor), row, row);

    /// <summary>f(f(0, x0), x1) ... at every place of some lanes of a block, added up.</summary>
    /// <param name="f">The formula.</param>
    /// <param name="row">The elements.</param>
    /// <param name="fill">What stands for elements that are missing of a lane; f(sum, fill) = sum.</param>
    /// <param name="lane">The first lane.</param>
    /// <param name="lanes">How many, a power of two.</param>
    private static T Fold<TFormula>(TFormula f, ReadOnlySpan<T> row, T fill, int lane, int lanes)
        where TFormula : struct, IBinary<T>
    {
        if (lanes > 2) return Fold(f, row, fill, lane, lanes / 2) + Fold(f, row, fill, lane + (lanes / 2), lanes / 2);
        ref T x = ref MemoryMarshal.GetReference(row);
        int first = lane * TLane.Count, whole = row.Length - (row.Length % Block);
        (TLane sum, TLane next) = Fold(f, ref x, first, whole);
        T total = Last(f, sum, ref x, whole + first, row.Length, fill).Sum();
        return lanes == 1 ? total : total + Last(f, next, ref x, whole + first + TLane.Count, row.Length, fill).Sum();
    }

    private static T Dot(ReadOnlySpan<T> left, ReadOnlySpan<T> right, int lane, int lanes)
    {
        if (lanes > 2) return Dot(left, right, lane, lanes / 2) + Dot(left, right, lane + (lanes / 2), lanes / 2);
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right);
        int first = lane * TLane.Count, whole = left.Length - (left.Length % Block);
        (TLane sum, TLane next) = Fold(default(Product<T>), ref a, ref b, first, whole);
        T total = Last(sum, ref a, ref b, whole + first, left.Length).Sum();
        return lanes == 1 ? total : total + Last(next, ref a, ref b, whole + first + TLane.Count, left.Length).Sum();
    }

    /// <summary>
    /// Two neighbouring lanes of all whole blocks, or the one; even blocks and odd ones apart, so that an addition need not wait for
    /// the one before it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (TLane First, TLane Second) Fold<TFormula>(TFormula f, ref T x, int first, int whole)
        where TFormula : struct, IBinary<T>
    {
        TLane even = TLane.Splat(T.Zero), odd = even, nextEven = even, nextOdd = even;
        int i = first, end = first + whole;
        for (; i <= end - (2 * Block); i += 2 * Block)
        {
            even = f.Invoke(even, TLane.Load(ref Unsafe.Add(ref x, i)));
            odd = f.Invoke(odd, TLane.Load(ref Unsafe.Add(ref x, i + Block)));
            if (LanesOfBlock == 1) continue;
            nextEven = f.Invoke(nextEven, TLane.Load(ref Unsafe.Add(ref x, i + TLane.Count)));
            nextOdd = f.Invoke(nextOdd, TLane.Load(ref Unsafe.Add(ref x, i + Block + TLane.Count)));
        }
        if (i < end)
        {
            even = f.Invoke(even, TLane.Load(ref Unsafe.Add(ref x, i)));
            if (LanesOfBlock > 1) nextEven = f.Invoke(nextEven, TLane.Load(ref Unsafe.Add(ref x, i + TLane.Count)));
        }
        return (even + odd, nextEven + nextOdd);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (TLane First, TLane Second) Fold<TFormula>(TFormula f, ref T a, ref T b, int first, int whole)
        where TFormula : struct, ITernary<T>
    {
        TLane even = TLane.Splat(T.Zero), odd = even, nextEven = even, nextOdd = even;
        int i = first, end = first + whole;
        for (; i <= end - (2 * Block); i += 2 * Block)
        {
            even = f.Invoke(even, TLane.Load(ref Unsafe.Add(ref a, i)), TLane.Load(ref Unsafe.Add(ref b, i)));
            odd = f.Invoke(odd, TLane.Load(ref Unsafe.Add(ref a, i + Block)), TLane.Load(ref Unsafe.Add(ref b, i + Block)));
            if (LanesOfBlock == 1) continue;
            int next = i + TLane.Count;
            nextEven = f.Invoke(nextEven, TLane.Load(ref Unsafe.Add(ref a, next)), TLane.Load(ref Unsafe.Add(ref b, next)));
            nextOdd = f.Invoke(nextOdd, TLane.Load(ref Unsafe.Add(ref a, next + Block)), TLane.Load(ref Unsafe.Add(ref b, next + Block)));
        }
        if (i < end)
        {
            even = f.Invoke(even, TLane.Load(ref Unsafe.Add(ref a, i)), TLane.Load(ref Unsafe.Add(ref b, i)));
            int next = i + TLane.Count;
            if (LanesOfBlock > 1)
                nextEven = f.Invoke(nextEven, TLane.Load(ref Unsafe.Add(ref a, next)), TLane.Load(ref Unsafe.Add(ref b, next)));
        }
        return (even + odd, nextEven + nextOdd);
    }

    /// <summary>Adds what the last block, which is not whole, has for a lane.</summary>
    private static TLane Last<TFormula>(TFormula f, TLane sum, ref T x, int from, int to, T fill)
        where TFormula : struct, IBinary<T> =>
        from < to ? f.Invoke(sum, TLane.LoadPartial(ref Unsafe.Add(ref x, from), Math.Min(to - from, TLane.Count), fill)) : sum;

    private static TLane Last(TLane sum, ref T a, ref T b, int from, int to)
    {
        if (from >= to) return sum;
        int count = Math.Min(to - from, TLane.Count);
        TLane left = TLane.LoadPartial(ref Unsafe.Add(ref a, from), count, T.Zero);
        return sum + (left * TLane.LoadPartial(ref Unsafe.Add(ref b, from), count, T.Zero));
    }
}
