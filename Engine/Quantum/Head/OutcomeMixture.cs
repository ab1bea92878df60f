using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>
/// Qubits of which one of two is measured, picked by chance: outcome b has the probability (1 - r) p_first(b) + r p_second(b). They are
/// written back as real states, as the targets of <see cref="PairStep{TLane, T, TPart}"/> are: z = (1 - r) z_first + r z_second,
/// x = sqrt(1 - z^2).
/// </summary>
internal static class OutcomeMixture
{
    /// <summary>Measures.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="first">[rows, 2k], x then z.</param>
    /// <param name="second">[rows, 2k].</param>
    /// <param name="shares">[k], r from 0 to 1.</param>
    /// <param name="mixed">[rows, 2k].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the output overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> shares, Span<T> mixed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(first, 2 * shares.Length);
        Require.Elements(second, first.Length);
        Require.Elements(mixed, first.Length);
        Require.Apart(mixed, first, second, shares);
        ForwardKernel<T> kernel = new(first, second, shares, mixed);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, 2L * shares.Length, ref kernel);
    }

    /// <summary>Adds the gradients, rows in order. x of what is mixed has none.</summary>
    /// <param name="first">[rows, 2k], as in the forward pass.</param>
    /// <param name="second">[rows, 2k], as in the forward pass.</param>
    /// <param name="shares">[k], as in the forward pass.</param>
    /// <param name="mixed">[rows, 2k], the result of the forward pass.</param>
    /// <param name="dmixed">[rows, 2k], its gradient.</param>
    /// <param name="dfirst">[rows, 2k], accumulated; empty if not wanted.</param>
    /// <param name="dsecond">[rows, 2k], accumulated; empty if not wanted.</param>
    /// <param name="dshares">[k], accumulated; empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> shares, ReadOnlySpan<T> mixed, ReadOnlySpan<T> dmixed,
        Span<T> dfirst, Span<T> dsecond, Span<T> dshares)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _ = Require.Rows(first, 2 * shares.Length);
        Require.Elements(second, first.Length);
        Require.Elements(mixed, first.Length);
        Require.Elements(dmixed, first.Length);
        Require.ElementsOrNone(dfirst, first.Length);
        Require.ElementsOrNone(dsecond, first.Length);
        Require.ElementsOrNone(dshares, shares.Length);
        Require.Apart(dfirst, first, second, shares, mixed, dmixed);
        Require.Apart(dfirst, dsecond, dshares);
        Require.Apart(dsecond, first, second, shares, mixed, dmixed);
        Require.Apart(dshares, first, second, shares, mixed, dmixed);
        Require.Apart(dshares, dsecond);
        BackwardKernel<T> kernel = new(first, second, shares, mixed, dmixed, dfirst, dsecond, dshares);
        // One unit: the rows' shares of a column are added in order.
        RangeKernel.Run<BackwardKernel<T>, T>(WorkerPool.Single, 1, first.Length, ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> shares, Span<T> mixed) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _first = first, _second = second, _shares = shares;
        private readonly Span<T> _mixed = mixed;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int k = _shares.Length;
            for (int row = from; row < to; row++)
            {
                int x = row * 2 * k, z = x + k;
                ForwardLoop<TLane, T> loop = new(
                    _first.Slice(z, k), _second.Slice(z, k), _shares, _mixed.Slice(x, k), _mixed.Slice(z, k));
                LaneLoop<TLane, T>.Run(ref loop, 0, k);
            }
        }
    }

    private readonly ref struct ForwardLoop<TLane, T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> shares, Span<T> x, Span<T> z) : ILaneLoop<TLane, T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _first = first, _second = second, _shares = shares;
        private readonly Span<T> _x = x, _z = z;

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
        {
            TLane one = TLane.Splat(T.One), minus = TLane.Splat(-T.One);
            for (int i = from; i < to; i += TLane.Count)
            {
                int rest = to - i;
                TLane a = TPart.Take(ref Unsafe.AsRef(in _first[i]), rest);
                TLane b = TPart.Take(ref Unsafe.AsRef(in _second[i]), rest);
                TLane z = TLane.MultiplyAdd(TPart.Take(ref Unsafe.AsRef(in _shares[i]), rest), b - a, a);
                // Rounding must not lead beyond certainty; in this order NaN stays.
                z = TLane.WhereLess(one, z, one, z);
                z = TLane.WhereLess(z, minus, minus, z);
                TPart.Put(TLane.Sqrt((one - z) * (one + z)), ref _x[i], rest);
                TPart.Put(z, ref _z[i], rest);
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> shares, ReadOnlySpan<T> mixed, ReadOnlySpan<T> dmixed,
        Span<T> dfirst, Span<T> dsecond, Span<T> dshares) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _first = first, _second = second, _shares = shares, _mixed = mixed, _dmixed = dmixed;
        private readonly Span<T> _dfirst = dfirst, _dsecond = dsecond, _dshares = dshares;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int k = _shares.Length;
            for (int x = 0; x < _first.Length; x += 2 * k)
            {
                int z = x + k;
                BackwardLoop<TLane, T> loop = new(
                    _first.Slice(z, k), _second.Slice(z, k), _shares, _mixed.Slice(x, 2 * k), _dmixed.Slice(x, 2 * k),
                    _dfirst.IsEmpty ? default : _dfirst.Slice(z, k), _dsecond.IsEmpty ? default : _dsecond.Slice(z, k), _dshares);
                LaneLoop<TLane, T>.Run(ref loop, 0, k);
            }
        }
    }

    private readonly ref struct BackwardLoop<TLane, T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> shares, ReadOnlySpan<T> mixed, ReadOnlySpan<T> dmixed,
        Span<T> dfirst, Span<T> dsecond, Span<T> dshares) : ILaneLoop<TLane, T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _first = first, _second = second, _shares = shares, _mixed = mixed, _dmixed = dmixed;
        private readonly Span<T> _dfirst = dfirst, _dsecond = dsecond, _dshares = dshares;

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
        {
            int k = _shares.Length;
            for (int i = from; i < to; i += TLane.Count)
            {
                int rest = to - i;
                TLane d = PairStep<TLane, T, TPart>.OutcomeGradient(
                    Take<TPart>(_mixed, i, rest), Take<TPart>(_mixed, k + i, rest), Take<TPart>(_dmixed, i, rest),
                    Take<TPart>(_dmixed, k + i, rest));
                TLane second = Take<TPart>(_shares, i, rest) * d;
                AddTo<TPart>(_dfirst, i, rest, d - second);
                AddTo<TPart>(_dsecond, i, rest, second);
                AddTo<TPart>(_dshares, i, rest, d * (Take<TPart>(_second, i, rest) - Take<TPart>(_first, i, rest)));
            }
        }

        private static TLane Take<TPart>(ReadOnlySpan<T> values, int i, int rest)
            where TPart : struct, ILanePart<TLane, T> => TPart.Take(ref Unsafe.AsRef(in values[i]), rest);

        private static void AddTo<TPart>(Span<T> gradient, int i, int rest, TLane value)
            where TPart : struct, ILanePart<TLane, T>
        {
            if (gradient.IsEmpty) return;
            ref T target = ref gradient[i];
            TPart.Put(TPart.Take(ref target, rest) + value, ref target, rest);
        }
    }
}
