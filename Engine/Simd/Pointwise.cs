using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QEngine.Simd;

/// <summary>
/// The loops that apply a formula to spans; a result may take the place of an argument. Lengths are checked at entry to a kernel.
/// </summary>
/// <remarks>
/// What is left of a lane at the end has a method of its own: a formula that is inlined twice into one method was measured to be given up
/// by the compiler.
/// </remarks>
internal static class Pointwise<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y[i] = f(x[i]).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Apply<TFormula>(TFormula f, ReadOnlySpan<T> arguments, Span<T> results)
        where TFormula : struct, IUnary<T>
    {
        Debug.Assert(arguments.Length == results.Length, "lengths differ");
        ref T x = ref MemoryMarshal.GetReference(arguments);
        ref T y = ref MemoryMarshal.GetReference(results);
        int i = 0;
        for (; i <= results.Length - TLane.Count; i += TLane.Count)
            f.Invoke(TLane.Load(ref Unsafe.Add(ref x, i))).Store(ref Unsafe.Add(ref y, i));
        if (i < results.Length) Tail(f, ref Unsafe.Add(ref x, i), ref Unsafe.Add(ref y, i), results.Length - i);
    }

    /// <summary>y[i] = f(a[i], b[i]).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Apply<TFormula>(TFormula f, ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> results)
        where TFormula : struct, IBinary<T>
    {
        Debug.Assert(first.Length == results.Length && second.Length == results.Length, "lengths differ");
        ref T a = ref MemoryMarshal.GetReference(first);
        ref T b = ref MemoryMarshal.GetReference(second);
        ref T y = ref MemoryMarshal.GetReference(results);
        int i = 0;
        for (; i <= results.Length - TLane.Count; i += TLane.Count)
            f.Invoke(TLane.Load(ref Unsafe.Add(ref a, i)), TLane.Load(ref Unsafe.Add(ref b, i))).Store(ref Unsafe.Add(ref y, i));
        if (i < results.Length) Tail(f, ref Unsafe.Add(ref a, i), ref Unsafe.Add(ref b, i), ref Unsafe.Add(ref y, i), results.Length - i);
    }

    /// <summary>y[i] = f(a[i], b[i], c[i]).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Apply<TFormula>(TFormula f, ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> third, Span<T> results)
        where TFormula : struct, ITernary<T>
    {
        Debug.Assert(first.Length == results.Length && second.Length == results.Length && third.Length == results.Length, "lengths differ");
        ref T a = ref MemoryMarshal.GetReference(first);
        ref T b = ref MemoryMarshal.GetReference(second);
        ref T c = ref MemoryMarshal.GetReference(third);
        ref T y = ref MemoryMarshal.GetReference(results);
        int i = 0;
        for (; i <= results.Length - TLane.Count; i += TLane.Count)
        {
            TLane u = TLane.Load(ref Unsafe.Add(ref a, i));
            TLane v = TLane.Load(ref Unsafe.Add(ref b, i));
            TLane w = TLane.Load(ref Unsafe.Add(ref c, i));
            f.Invoke(u, v, w).Store(ref Unsafe.Add(ref y, i));
        }
        if (i < results.Length)
            Tail(
                f, ref Unsafe.Add(ref a, i), ref Unsafe.Add(ref b, i), ref Unsafe.Add(ref c, i), ref Unsafe.Add(ref y, i),
                results.Length - i);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tail<TFormula>(TFormula f, ref T x, ref T y, int rest)
        where TFormula : struct, IUnary<T> =>
        f.Invoke(TLane.LoadPartial(ref x, rest, T.Zero)).StorePartial(ref y, rest);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tail<TFormula>(TFormula f, ref T a, ref T b, ref T y, int rest)
        where TFormula : struct, IBinary<T> =>
        f.Invoke(TLane.LoadPartial(ref a, rest, T.Zero), TLane.LoadPartial(ref b, rest, T.Zero)).StorePartial(ref y, rest);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tail<TFormula>(TFormula f, ref T a, ref T b, ref T c, ref T y, int rest)
        where TFormula : struct, ITernary<T>
    {
        TLane u = TLane.LoadPartial(ref a, rest, T.Zero);
        TLane v = TLane.LoadPartial(ref b, rest, T.Zero);
        f.Invoke(u, v, TLane.LoadPartial(ref c, rest, T.Zero)).StorePartial(ref y, rest);
    }
}
