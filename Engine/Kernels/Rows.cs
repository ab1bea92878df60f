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
internal static class Rows<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Sum of the elements.</summary>
    public static T Sum(ReadOnlySpan<T> row)
    {
        int whole = Whole(row.Length);
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane sum = Fold(default(Sum<T>), ref x, whole);
        if (whole < row.Length) sum += TLane.LoadPartial(ref Unsafe.Add(ref x, whole), row.Length - whole, T.Zero);
        return sum.Sum();
    }

    /// <summary>Sum of the squared distances of the elements from a number.</summary>
    public static T SquaredDistances(T from, ReadOnlySpan<T> row)
    {
        int whole = Whole(row.Length);
        SquaredDistance<T> formula = new(from);
        ref T x = ref MemoryMarshal.GetReference(row);
        TLane sum = Fold(formula, ref x, whole);
        // Missing elements are at the number itself.
        if (whole < row.Length) sum = formula.Invoke(sum, TLane.LoadPartial(ref Unsafe.Add(ref x, whole), row.Length - whole, from));
        return sum.Sum();
    }

    /// <summary>Sum of the products of two rows.</summary>
    public static T Dot(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
    {
        int whole = Whole(left.Length);
        int rest = left.Length - whole;
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right[..left.Length]);
        TLane sum = Fold(default(Product<T>), ref a, ref b, whole);
        if (rest == 0) return sum.Sum();
        TLane lastLeft = TLane.LoadPartial(ref Unsafe.Add(ref a, whole), rest, T.Zero);
        TLane lastRight = TLane.LoadPartial(ref Unsafe.Add(ref b, whole), rest, T.Zero);
        return (sum + (lastLeft * lastRight)).Sum();
    }

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

    private static int Whole(int length) => length - (length % TLane.Count);

    /// <summary>
    /// f(f(0, x0), x1) ... over whole lanes, the even ones and the odd ones apart, so that one addition need not wait for the one before
    /// it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLane Fold<TFormula>(TFormula f, ref T x, int whole)
        where TFormula : struct, IBinary<T>
    {
        TLane even = TLane.Splat(T.Zero);
        TLane odd = even;
        int i = 0;
        for (; i <= whole - (2 * TLane.Count); i += 2 * TLane.Count)
        {
            even = f.Invoke(even, TLane.Load(ref Unsafe.Add(ref x, i)));
            odd = f.Invoke(odd, TLane.Load(ref Unsafe.Add(ref x, i + TLane.Count)));
        }
        if (i < whole) even = f.Invoke(even, TLane.Load(ref Unsafe.Add(ref x, i)));
        return even + odd;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLane Fold<TFormula>(TFormula f, ref T a, ref T b, int whole)
        where TFormula : struct, ITernary<T>
    {
        TLane even = TLane.Splat(T.Zero);
        TLane odd = even;
        int i = 0;
        for (; i <= whole - (2 * TLane.Count); i += 2 * TLane.Count)
        {
            even = f.Invoke(even, TLane.Load(ref Unsafe.Add(ref a, i)), TLane.Load(ref Unsafe.Add(ref b, i)));
            odd = f.Invoke(odd, TLane.Load(ref Unsafe.Add(ref a, i + TLane.Count)), TLane.Load(ref Unsafe.Add(ref b, i + TLane.Count)));
        }
        if (i < whole) even = f.Invoke(even, TLane.Load(ref Unsafe.Add(ref a, i)), TLane.Load(ref Unsafe.Add(ref b, i)));
        return even + odd;
    }
}
