using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Log-fidelity of product states in Bloch form.</summary>
/// <remarks>
/// F(u, v) = prod_i (1 + x_u x_v + z_u z_v) / 2 = prod_i (1 - |r_u - r_v|^2 / 4) for unit vectors r = (x, z). The second
/// form is used: it is exactly 1 for equal states and never above. A factor is not taken below 1e-9, so that orthogonal
/// qubits keep a finite logarithm and gradient. A lane of factors is multiplied up and takes one logarithm in the end; a product that
/// becomes too small is multiplied by a power of two, which is counted.
/// Rows of states hold first the k x, then the k z.
/// </remarks>
public static class Fidelity
{
    private const double SmallestFactor = 1e-9, Ln2 = 0.69314718055994530942;

    // 2^-60 and 2^-500.
    private const double SingleLeast = 1.0 / (1L << 60), DoubleLeast = 3.054936363499605e-151;

    // Qubits an item of the backward pass covers, or a multiple of it: a whole number of lanes of every width. So many items are enough.
    private const int Strip = 32, MostStrips = 8;

    /// <summary>ln F of two product states, at most 0.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="u">[2k].</param>
    /// <param name="v">[2k].</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static T Log<TLane, T>(ReadOnlySpan<T> u, ReadOnlySpan<T> v)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int k = u.Length / 2;
        ref T a = ref MemoryMarshal.GetReference(u);
        ref T b = ref MemoryMarshal.GetReference(v);
        TLane scaled = TLane.Splat(T.Zero);
        int i = 0, whole = k - (k % TLane.Count);
        TLane total = Product<TLane, T>(ref a, ref b, ref i, whole, k);
        while (i < whole)
        {
            TLane product = Product<TLane, T>(ref a, ref b, ref i, whole, k);
            total = Rescaled<TLane, T>(total, ref scaled) * Rescaled<TLane, T>(product, ref scaled);
        }
        if (i < k) total = Rescaled<TLane, T>(total, ref scaled) * Factor<TLane, T, PartOfLane>(ref a, ref b, i, k, out _, out _);
        return Finished<TLane, T>(total, scaled);
    }

    /// <summary>The logarithm of a product in parts. A method of its own: two of them in one were measured to keep the compiler from inlining the rest.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Finished<TLane, T>(TLane total, TLane scaled)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double lnScale = typeof(T) == typeof(float) ? 60 * Ln2 : 500 * Ln2;
        return TLane.MultiplyAdd(Lanes.Constant<TLane, T>(-lnScale), scaled, Functions.Log<TLane, T>(total)).Sum();
    }

    /// <summary>ln F of one state with several: the bits of <see cref="Log"/>.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="u">[2k].</param>
    /// <param name="rows">[n, 2k].</param>
    /// <param name="scores">[n].</param>
    internal static void Logs<TLane, T>(ReadOnlySpan<T> u, ReadOnlySpan<T> rows, Span<T> scores)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = u.Length, row = 0;
        if (width / 2 % TLane.Count == 0)
        {
            for (; row <= scores.Length - 2; row += 2)
                Two<TLane, T>(ref MemoryMarshal.GetReference(u), ref MemoryMarshal.GetReference(rows[(row * width)..]), width / 2, ref scores[row]);
        }
        for (; row < scores.Length; row++) scores[row] = Log<TLane, T>(u, rows.Slice(row * width, width));
    }

    /// <summary>Two neighbouring rows at once: the state is read once, and each one's operations fill the other's waiting times.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Two<TLane, T>(ref T u, ref T first, int k, ref T scores)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T second = ref Unsafe.Add(ref first, 2 * k);
        TLane scaled0 = TLane.Splat(T.Zero), scaled1 = scaled0;
        int i = 0, start = 0;
        TLane total0 = Product<TLane, T>(ref u, ref first, ref i, k, k), total1 = Product<TLane, T>(ref u, ref second, ref start, k, k);
        while (i < k)
        {
            start = i;
            TLane product0 = Product<TLane, T>(ref u, ref first, ref i, k, k), product1 = Product<TLane, T>(ref u, ref second, ref start, k, k);
            total0 = Rescaled<TLane, T>(total0, ref scaled0) * Rescaled<TLane, T>(product0, ref scaled0);
            total1 = Rescaled<TLane, T>(total1, ref scaled1) * Rescaled<TLane, T>(product1, ref scaled1);
        }
        scores = Finished<TLane, T>(total0, scaled0);
        Unsafe.Add(ref scores, 1) = Finished<TLane, T>(total1, scaled1);
    }

    /// <summary>scores[q, c] = ln F(states[queries[q]], states[candidates[q, c]]), minus infinity where the candidate is -1.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="states">[n, 2k].</param>
    /// <param name="qubits">k.</param>
    /// <param name="queries">[q], row of each query.</param>
    /// <param name="candidates">[q, c], row of each candidate, or -1.</param>
    /// <param name="scores">[q, c].</param>
    public static void Forward<T>(WorkerPool workers, ReadOnlySpan<T> states, int qubits, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, Span<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ForwardKernel<T> kernel = new(states, qubits, queries, candidates, scores);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, queries.Length, 2L * qubits * candidates.Length / Math.Max(1, queries.Length), ref kernel);
    }

    /// <summary>Backward: with f the factor of a qubit, d ln F / dx_u = (x_v - x_u) / (2 f), and the opposite for v; z alike.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="states">[n, 2k].</param>
    /// <param name="qubits">k.</param>
    /// <param name="queries">[q].</param>
    /// <param name="candidates">[q, c].</param>
    /// <param name="dscores">[q, c]; ignored where the candidate is -1.</param>
    /// <param name="dstates">[n, 2k], accumulated, pairs in order.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or a row does not exist.</exception>
    public static void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> states, int qubits, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, ReadOnlySpan<T> dscores, Span<T> dstates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(states.Length / (2 * qubits), states.Length == dstates.Length && dscores.Length == candidates.Length, queries, candidates);
        int strip = Strip * Math.Max(1, qubits / (Strip * MostStrips));
        BackwardKernel<T> kernel = new(states, qubits, strip, queries, candidates, dscores, dstates);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, (qubits + strip - 1) / strip, 4L * strip * candidates.Length, ref kernel);
    }

    /// <summary>Done once before the loops, which do not check what they touch.</summary>
    private static void Check(int rows, bool sameLengths, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates)
    {
        if (!sameLengths) throw new ArgumentException("expected as many gradients as states and as candidates");
        foreach (int query in queries)
            if ((uint)query >= (uint)rows) throw new ArgumentOutOfRangeException(nameof(queries), $"expected rows from 0 to {rows - 1}, found {query}");
        foreach (int candidate in candidates)
            if (candidate >= rows || candidate < -1) throw new ArgumentOutOfRangeException(nameof(candidates), $"expected rows up to {rows - 1}, found {candidate}");
    }

    /// <summary>The factor of the qubits from <paramref name="i"/> on, and the differences it is made of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Factor<TLane, T, TPart>(ref T u, ref T v, int i, int k, out TLane dx, out TLane dz)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TPart : struct, ILanePart
    {
        int rest = k - i;
        TLane smallest = Lanes.Constant<TLane, T>(SmallestFactor);
        dx = TPart.Take<TLane, T>(ref Unsafe.Add(ref v, i), rest) - TPart.Take<TLane, T>(ref Unsafe.Add(ref u, i), rest);
        dz = TPart.Take<TLane, T>(ref Unsafe.Add(ref v, k + i), rest) - TPart.Take<TLane, T>(ref Unsafe.Add(ref u, k + i), rest);
        TLane factor = TLane.MultiplyAdd(Lanes.Constant<TLane, T>(-0.25), TLane.MultiplyAdd(dx, dx, dz * dz), TLane.Splat(T.One));
        // In this order NaN stays.
        return TLane.WhereLess(factor, smallest, smallest, factor);
    }

    /// <summary>The product of the next factors, of so few that even the smallest make a normal number; 1 if there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Product<TLane, T>(ref T u, ref T v, ref int i, int whole, int k)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int end = Math.Min(whole, i + ((typeof(T) == typeof(float) ? 4 : 16) * TLane.Count));
        TLane product = TLane.Splat(T.One);
        for (; i < end; i += TLane.Count) product *= Factor<TLane, T, WholeLane>(ref u, ref v, i, k, out _, out _);
        return product;
    }

    /// <summary>Multiplies a product by 2^60 (2^500 in double) where it is below the inverse, and counts that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Rescaled<TLane, T>(TLane product, ref TLane scaled)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane one = TLane.Splat(T.One), least = Lanes.Constant<TLane, T>(typeof(T) == typeof(float) ? SingleLeast : DoubleLeast);
        TLane scale = Lanes.Constant<TLane, T>(typeof(T) == typeof(float) ? 1 / SingleLeast : 1 / DoubleLeast);
        scaled += TLane.WhereLess(product, least, one, TLane.Splat(T.Zero));
        return product * TLane.WhereLess(product, least, scale, one);
    }

    private readonly ref struct ForwardKernel<T>(ReadOnlySpan<T> states, int qubits, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, Span<T> scores) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states;
        private readonly ReadOnlySpan<int> _queries = queries, _candidates = candidates;
        private readonly Span<T> _scores = scores;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            int perQuery = _candidates.Length / _queries.Length, width = 2 * qubits;
            for (int i = from * perQuery; i < to * perQuery; i++)
            {
                int candidate = _candidates[i];
                _scores[i] = candidate < 0
                    ? T.NegativeInfinity
                    : Log<TLane, T>(_states.Slice(_queries[i / perQuery] * width, width), _states.Slice(candidate * width, width));
            }
        }
    }

    /// <summary>A unit is a strip of qubits: every pair is visited in order, and no two units write the same element.</summary>
    private readonly ref struct BackwardKernel<T>(
        ReadOnlySpan<T> states, int qubits, int strip, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, ReadOnlySpan<T> dscores, Span<T> dstates) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states, _dscores = dscores;
        private readonly ReadOnlySpan<int> _queries = queries, _candidates = candidates;
        private readonly Span<T> _dstates = dstates;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            int perQuery = _candidates.Length / _queries.Length;
            ref T states = ref MemoryMarshal.GetReference(_states);
            ref T gradient = ref MemoryMarshal.GetReference(_dstates);
            for (int unit = from; unit < to; unit++)
            {
                int start = unit * strip, end = Math.Min(start + strip, qubits);
                for (int i = 0; i < _candidates.Length; i++)
                {
                    if (_candidates[i] < 0) continue;
                    int u = _queries[i / perQuery] * 2 * qubits, v = _candidates[i] * 2 * qubits;
                    AddGradients<TLane, T>(
                        ref Unsafe.Add(ref states, u), ref Unsafe.Add(ref states, v), ref Unsafe.Add(ref gradient, u), ref Unsafe.Add(ref gradient, v), start, end, qubits, _dscores[i]);
                }
            }
        }
    }

    /// <summary>Adds the gradients of the qubits from <paramref name="i"/> to <paramref name="end"/> - 1 of one pair.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddGradients<TLane, T>(ref T u, ref T v, ref T du, ref T dv, int i, int end, int k, T dscore)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane half = Lanes.Constant<TLane, T>(0.5) * TLane.Splat(dscore);
        for (; i <= end - TLane.Count; i += TLane.Count) AddGradient<TLane, T, WholeLane>(ref u, ref v, ref du, ref dv, i, k, half);
        if (i < end) AddGradient<TLane, T, PartOfLane>(ref u, ref v, ref du, ref dv, i, k, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddGradient<TLane, T, TPart>(ref T u, ref T v, ref T du, ref T dv, int i, int k, TLane half)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TPart : struct, ILanePart
    {
        TLane factor = Factor<TLane, T, TPart>(ref u, ref v, i, k, out TLane dx, out TLane dz);
        int rest = k - i;
        TLane weight = half / factor;
        dx *= weight;
        dz *= weight;
        // Read again after every write: a state may be its own candidate.
        Add<TLane, T, TPart>(dx, ref Unsafe.Add(ref du, i), rest);
        Add<TLane, T, TPart>(dz, ref Unsafe.Add(ref du, k + i), rest);
        Subtract<TLane, T, TPart>(dx, ref Unsafe.Add(ref dv, i), rest);
        Subtract<TLane, T, TPart>(dz, ref Unsafe.Add(ref dv, k + i), rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLane, T, TPart>(TLane value, ref T target, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TPart : struct, ILanePart => TPart.Put<TLane, T>(TPart.Take<TLane, T>(ref target, rest) + value, ref target, rest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract<TLane, T, TPart>(TLane value, ref T target, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TPart : struct, ILanePart => TPart.Put<TLane, T>(TPart.Take<TLane, T>(ref target, rest) - value, ref target, rest);
}
