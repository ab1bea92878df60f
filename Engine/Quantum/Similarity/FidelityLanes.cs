using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>The formulas of <see cref="Fidelity"/> on lanes of qubits. Lengths were checked at entry.</summary>
internal static class FidelityLanes<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double MinFactor = 1e-9, Ln2 = 0.69314718055994530942;

    // 2^-60 and 2^-500.
    private const double SingleMin = 1.0 / (1L << 60), DoubleMin = 3.054936363499605e-151;

    /// <summary>ln F of two states; both [2k].</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static T Log(ReadOnlySpan<T> u, ReadOnlySpan<T> v)
    {
        Debug.Assert(u.Length == v.Length && u.Length % 2 == 0, "states of different lengths");
        int k = u.Length / 2;
        ref T a = ref MemoryMarshal.GetReference(u);
        ref T b = ref MemoryMarshal.GetReference(v);
        TLane scaled = TLane.Splat(T.Zero);
        int i = 0;
        int whole = k - (k % TLane.Count);
        TLane total = Product(ref a, ref b, ref i, whole, k);
        while (i < whole)
        {
            TLane product = Product(ref a, ref b, ref i, whole, k);
            total = Rescaled(total, ref scaled) * Rescaled(product, ref scaled);
        }
        if (i < k) total = Rescaled(total, ref scaled) * Factor<PartOfLane<TLane, T>>(ref a, ref b, i, k, out _, out _);
        return Logarithm(total, scaled);
    }

    /// <summary>
    /// The logarithm of a product in parts. A method of its own: two of them in one were measured to keep the compiler from inlining the
    /// rest.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Logarithm(TLane total, TLane scaled)
    {
        double lnScale = typeof(T) == typeof(float) ? 60 * Ln2 : 500 * Ln2;
        return TLane.MultiplyAdd(Lanes<TLane, T>.Constant(-lnScale), scaled, Functions<TLane, T>.Log(total)).Sum();
    }

    /// <summary>ln F of one state with several: the bits of <see cref="Log"/>.</summary>
    /// <param name="u">[2k].</param>
    /// <param name="rows">[n, 2k].</param>
    /// <param name="scores">[n].</param>
    public static void Logs(ReadOnlySpan<T> u, ReadOnlySpan<T> rows, Span<T> scores)
    {
        int width = u.Length, row = 0;
        Debug.Assert(rows.Length == scores.Length * width, "a row for every score");
        if (width / 2 % TLane.Count == 0)
        {
            for (; row <= scores.Length - 2; row += 2)
                LogPair(
                    ref MemoryMarshal.GetReference(u), ref MemoryMarshal.GetReference(rows[(row * width)..]), width / 2, ref scores[row]);
        }
        for (; row < scores.Length; row++) scores[row] = Log(u, rows.Slice(row * width, width));
    }

    /// <summary>Two neighbouring rows at once: the state is read once, and each one's operations fill the other's waiting times.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LogPair(ref T u, ref T first, int k, ref T scores)
    {
        ref T second = ref Unsafe.Add(ref first, 2 * k);
        TLane scaled0 = TLane.Splat(T.Zero);
        TLane scaled1 = scaled0;
        int i = 0, start = 0;
        TLane total0 = Product(ref u, ref first, ref i, k, k);
        TLane total1 = Product(ref u, ref second, ref start, k, k);
        while (i < k)
        {
            start = i;
            TLane product0 = Product(ref u, ref first, ref i, k, k);
            TLane product1 = Product(ref u, ref second, ref start, k, k);
            total0 = Rescaled(total0, ref scaled0) * Rescaled(product0, ref scaled0);
            total1 = Rescaled(total1, ref scaled1) * Rescaled(product1, ref scaled1);
        }
        scores = Logarithm(total0, scaled0);
        Unsafe.Add(ref scores, 1) = Logarithm(total1, scaled1);
    }

    /// <summary>The factor of the qubits from <paramref name="i"/> on, and the differences it is made of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Factor<TPart>(ref T u, ref T v, int i, int k, out TLane dx, out TLane dz)
        where TPart : struct, ILanePart<TLane, T>
    {
        int rest = k - i;
        TLane min = Lanes<TLane, T>.Constant(MinFactor);
        dx = TPart.Take(ref Unsafe.Add(ref v, i), rest) - TPart.Take(ref Unsafe.Add(ref u, i), rest);
        dz = TPart.Take(ref Unsafe.Add(ref v, k + i), rest) - TPart.Take(ref Unsafe.Add(ref u, k + i), rest);
        TLane factor = TLane.MultiplyAdd(Lanes<TLane, T>.Constant(-0.25), TLane.MultiplyAdd(dx, dx, dz * dz), TLane.Splat(T.One));
        // In this order NaN stays.
        return TLane.WhereLess(factor, min, min, factor);
    }

    /// <summary>The product of the next factors, of so few that even the smallest make a normal number; 1 if there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Product(ref T u, ref T v, ref int i, int whole, int k)
    {
        int end = Math.Min(whole, i + ((typeof(T) == typeof(float) ? 4 : 16) * TLane.Count));
        TLane product = TLane.Splat(T.One);
        for (; i < end; i += TLane.Count) product *= Factor<WholeLane<TLane, T>>(ref u, ref v, i, k, out _, out _);
        return product;
    }

    /// <summary>Multiplies a product by 2^60 (2^500 in double) where it is below the inverse, and counts that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Rescaled(TLane product, ref TLane scaled)
    {
        TLane one = TLane.Splat(T.One);
        TLane min = Lanes<TLane, T>.Constant(typeof(T) == typeof(float) ? SingleMin : DoubleMin);
        TLane scale = Lanes<TLane, T>.Constant(typeof(T) == typeof(float) ? 1 / SingleMin : 1 / DoubleMin);
        scaled += TLane.WhereLess(product, min, one, TLane.Splat(T.Zero));
        return product * TLane.WhereLess(product, min, scale, one);
    }

    /// <summary>Adds the gradients of the qubits from <paramref name="i"/> to <paramref name="end"/> - 1 of one pair.</summary>
    // By hand rather than by an ILaneLoop: a strip has a few lanes, for which a struct takes longer than their arithmetic.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AddGradients(ref T u, ref T v, ref T du, ref T dv, int i, int end, int k, T dscore)
    {
        TLane half = Lanes<TLane, T>.Constant(0.5) * TLane.Splat(dscore);
        for (; i <= end - TLane.Count; i += TLane.Count) AddGradient<WholeLane<TLane, T>>(ref u, ref v, ref du, ref dv, i, k, half);
        if (i < end) AddGradient<PartOfLane<TLane, T>>(ref u, ref v, ref du, ref dv, i, k, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddGradient<TPart>(ref T u, ref T v, ref T du, ref T dv, int i, int k, TLane half)
        where TPart : struct, ILanePart<TLane, T>
    {
        TLane factor = Factor<TPart>(ref u, ref v, i, k, out TLane dx, out TLane dz);
        int rest = k - i;
        TLane weight = half / factor;
        dx *= weight;
        dz *= weight;
        // Read again after every write: a state may be its own candidate.
        Add<TPart>(dx, ref Unsafe.Add(ref du, i), rest);
        Add<TPart>(dz, ref Unsafe.Add(ref du, k + i), rest);
        Subtract<TPart>(dx, ref Unsafe.Add(ref dv, i), rest);
        Subtract<TPart>(dz, ref Unsafe.Add(ref dv, k + i), rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TPart>(TLane value, ref T target, int rest)
        where TPart : struct, ILanePart<TLane, T> => TPart.Put(TPart.Take(ref target, rest) + value, ref target, rest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract<TPart>(TLane value, ref T target, int rest)
        where TPart : struct, ILanePart<TLane, T> => TPart.Put(TPart.Take(ref target, rest) - value, ref target, rest);
}
