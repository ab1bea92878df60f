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
    // Qubits an item of the backward pass covers, or a multiple of it: a whole number of lanes of every width. So many items are enough.
    private const int Strip = 32, MaxStrips = 8;

    /// <summary>ln F of two product states, at most 0.</summary>
    /// <param name="u">[2k], x then z.</param>
    /// <param name="v">[2k], x then z.</param>
    /// <exception cref="ArgumentException">The lengths differ or are odd.</exception>
    public static T Log<T>(ReadOnlySpan<T> u, ReadOnlySpan<T> v)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Columns(u, 2);
        Require.Elements(v, u.Length);
        T score = T.Zero;
        LogKernel<T> kernel = new(u, v, new Span<T>(ref score));
        Tier.Run<LogKernel<T>, T>(ref kernel, 0);
        return score;
    }

    private readonly ref struct LogKernel<T>(ReadOnlySpan<T> u, ReadOnlySpan<T> v, Span<T> score) : ILaneWork<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _u = u, _v = v;
        private readonly Span<T> _score = score;

        void ILaneWork<T>.Run<TLane, TShort>(int item) => _score[0] = FidelityLanes<TLane, T>.Log(_u, _v);
    }

    /// <summary>scores[q, c] = ln F(states[queries[q]], states[candidates[q, c]]), minus infinity where the candidate is -1.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="states">[n, 2k].</param>
    /// <param name="qubits">k.</param>
    /// <param name="queries">[q], row of each query.</param>
    /// <param name="candidates">[q, c], row of each candidate, or -1.</param>
    /// <param name="scores">[q, c].</param>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit together, a row does not exist, or the output overlaps the states.
    /// </exception>
    public static void Forward<T>(
        WorkerPool workers, ReadOnlySpan<T> states, int qubits, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, Span<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = Check(states, qubits, queries, candidates);
        Require.Elements(scores, candidates.Length);
        Require.Apart(scores, states);
        ForwardKernel<T> kernel = new(states, qubits, queries, candidates, scores);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, queries.Length, 2L * qubits * width, ref kernel);
    }

    /// <summary>Backward: with f the factor of a qubit, d ln F / dx_u = (x_v - x_u) / (2 f), and the opposite for v; z alike.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="states">[n, 2k].</param>
    /// <param name="qubits">k.</param>
    /// <param name="queries">[q].</param>
    /// <param name="candidates">[q, c].</param>
    /// <param name="dscores">[q, c]; ignored where the candidate is -1.</param>
    /// <param name="dstates">[n, 2k], accumulated, pairs in order.</param>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit together, a row does not exist, or the output overlaps another argument.
    /// </exception>
    public static void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> states, int qubits, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates,
        ReadOnlySpan<T> dscores, Span<T> dstates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(states, qubits, queries, candidates);
        Require.Elements(dscores, candidates.Length);
        Require.Elements(dstates, states.Length);
        Require.Apart(dstates, states, dscores);
        if (candidates.IsEmpty) return;
        int strip = Strip * Math.Max(1, qubits / (Strip * MaxStrips));
        BackwardKernel<T> kernel = new(states, qubits, strip, queries, candidates, dscores, dstates);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, (qubits + strip - 1) / strip, 4L * strip * candidates.Length, ref kernel);
    }

    /// <summary>Done once before the loops, which do not check what they touch.</summary>
    /// <returns>Candidates of a query.</returns>
    private static int Check<T>(ReadOnlySpan<T> states, int qubits, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates)
    {
        Require.Range(qubits, 1, int.MaxValue / 2);
        int rows = Require.Rows(states, 2 * qubits);
        int width = Require.Columns(candidates, queries.Length);
        Require.Indices(queries, rows);
        Require.IndicesOrNone(candidates, rows);
        return width;
    }

    private readonly ref struct ForwardKernel<T>(
        ReadOnlySpan<T> states, int qubits, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, Span<T> scores) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states;
        private readonly ReadOnlySpan<int> _queries = queries, _candidates = candidates;
        private readonly Span<T> _scores = scores;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int perQuery = _candidates.Length / _queries.Length;
            int width = 2 * qubits;
            for (int i = from * perQuery; i < to * perQuery; i++)
            {
                int candidate = _candidates[i];
                _scores[i] = candidate < 0
                    ? T.NegativeInfinity
                    : FidelityLanes<TLane, T>.Log(
                        _states.Slice(_queries[i / perQuery] * width, width), _states.Slice(candidate * width, width));
            }
        }
    }

    /// <summary>A unit is a strip of qubits: every pair is visited in order, and no two units write the same element.</summary>
    private readonly ref struct BackwardKernel<T>(
        ReadOnlySpan<T> states, int qubits, int strip, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates, ReadOnlySpan<T> dscores,
        Span<T> dstates) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states, _dscores = dscores;
        private readonly ReadOnlySpan<int> _queries = queries, _candidates = candidates;
        private readonly Span<T> _dstates = dstates;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int perQuery = _candidates.Length / _queries.Length;
            ref T states = ref MemoryMarshal.GetReference(_states);
            ref T gradient = ref MemoryMarshal.GetReference(_dstates);
            for (int unit = from; unit < to; unit++)
            {
                int start = unit * strip;
                int end = Math.Min(start + strip, qubits);
                for (int i = 0; i < _candidates.Length; i++)
                {
                    if (_candidates[i] < 0) continue;
                    int u = _queries[i / perQuery] * 2 * qubits;
                    int v = _candidates[i] * 2 * qubits;
                    FidelityLanes<TLane, T>.AddGradients(
                        ref Unsafe.Add(ref states, u), ref Unsafe.Add(ref states, v), ref Unsafe.Add(ref gradient, u),
                        ref Unsafe.Add(ref gradient, v), start, end, qubits, _dscores[i]);
                }
            }
        }
    }
}
