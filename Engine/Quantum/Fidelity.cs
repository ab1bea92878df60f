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
/// qubits keep a finite logarithm and gradient; four factors share one logarithm.
/// Rows of states hold first the k x, then the k z.
/// </remarks>
public static class Fidelity
{
    private const double SmallestFactor = 1e-9;

    // Qubits an item of the backward pass covers: a whole number of lanes of every width.
    private const int Strip = 32;

    /// <summary>ln F of two product states, at most 0.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="u">[2k].</param>
    /// <param name="v">[2k].</param>
    public static T Log<TLane, T>(ReadOnlySpan<T> u, ReadOnlySpan<T> v)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int k = u.Length / 2;
        ref T a = ref MemoryMarshal.GetReference(u);
        ref T b = ref MemoryMarshal.GetReference(v);
        TLane one = TLane.Splat(T.One), sum = TLane.Splat(T.Zero), product = one;
        int factors = 0;
        for (int i = 0; i < k; i += TLane.Count)
        {
            product *= Factor<TLane, T>(ref a, ref b, i, k).Value;
            if (++factors % 4 != 0) continue;
            sum += TLane.Log(product);
            product = one;
        }
        if (factors % 4 != 0) sum += TLane.Log(product);
        return sum.Sum();
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
        BackwardKernel<T> kernel = new(states, qubits, queries, candidates, dscores, dstates);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, (qubits + Strip - 1) / Strip, 4L * Strip * candidates.Length, ref kernel);
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
    private static (TLane Value, TLane Dx, TLane Dz) Factor<TLane, T>(ref T u, ref T v, int i, int k)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rest = k - i;
        TLane dx = Lanes.Take<TLane, T>(ref Unsafe.Add(ref v, i), rest) - Lanes.Take<TLane, T>(ref Unsafe.Add(ref u, i), rest);
        TLane dz = Lanes.Take<TLane, T>(ref Unsafe.Add(ref v, k + i), rest) - Lanes.Take<TLane, T>(ref Unsafe.Add(ref u, k + i), rest);
        TLane distance = TLane.MultiplyAdd(dx, dx, dz * dz);
        TLane factor = TLane.MultiplyAdd(Lanes.Constant<TLane, T>(-0.25), distance, TLane.Splat(T.One));
        return (TLane.Max(factor, Lanes.Constant<TLane, T>(SmallestFactor)), dx, dz);
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
        ReadOnlySpan<T> states, int qubits, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, ReadOnlySpan<T> dscores, Span<T> dstates) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states, _dscores = dscores;
        private readonly ReadOnlySpan<int> _queries = queries, _candidates = candidates;
        private readonly Span<T> _dstates = dstates;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            int perQuery = _candidates.Length / _queries.Length, end = Math.Min(to * Strip, qubits);
            for (int i = 0; i < _candidates.Length; i++)
            {
                if (_candidates[i] < 0) continue;
                for (int qubit = from * Strip; qubit < end; qubit += TLane.Count)
                    Pair<TLane>(_queries[i / perQuery] * 2 * qubits, _candidates[i] * 2 * qubits, qubit, _dscores[i]);
            }
        }

        private void Pair<TLane>(int query, int candidate, int qubit, T dscore)
            where TLane : struct, ILane<TLane, T>
        {
            ref T states = ref MemoryMarshal.GetReference(_states);
            ref T gradient = ref MemoryMarshal.GetReference(_dstates);
            (TLane factor, TLane dx, TLane dz) = Factor<TLane, T>(ref Unsafe.Add(ref states, query), ref Unsafe.Add(ref states, candidate), qubit, qubits);
            TLane weight = Lanes.Constant<TLane, T>(0.5) * TLane.Splat(dscore) / factor;
            int rest = qubits - qubit;
            AddTo(weight * dx, ref Unsafe.Add(ref gradient, query + qubit), rest);
            AddTo(weight * dz, ref Unsafe.Add(ref gradient, query + qubits + qubit), rest);
            TLane opposite = TLane.Splat(T.Zero) - weight;
            AddTo(opposite * dx, ref Unsafe.Add(ref gradient, candidate + qubit), rest);
            AddTo(opposite * dz, ref Unsafe.Add(ref gradient, candidate + qubits + qubit), rest);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void AddTo<TLane>(TLane value, ref T target, int rest)
            where TLane : struct, ILane<TLane, T> =>
            Lanes.Put(value + Lanes.Take<TLane, T>(ref target, rest), ref target, rest);
    }
}
