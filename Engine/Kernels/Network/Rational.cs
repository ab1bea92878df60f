using System.Numerics;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// The rational activation of GR-KAN (Yang and Wang, arXiv 2409.10594): y = P(x) / Q(x), P = sum of a_i x^i, i from 0 to 5, and
/// Q = 1 + sum of |b_j| |x|^j, j from 1 to 4, which has no pole. P is that of all columns, Q that of a group of columns.
/// </summary>
/// <remarks>
/// The gradients of the coefficients are sums over every element. As in FlashKAT (arXiv 2505.13813), a block of rows adds up its own, in
/// registers; the blocks' sums are then added in order. Where |x| has no derivative it is taken as 0, that of |b| as 1, so that a
/// denominator of zeros can be trained.
/// </remarks>
internal static class Rational
{
    /// <summary>Coefficients of P.</summary>
    public const int Numerators = 6;

    /// <summary>Coefficients of Q beside the 1.</summary>
    public const int Denominators = 4;

    // Elements of a block: enough to share out, and few enough that their sums lose nothing.
    private const int Block = 1 << 14;

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="columns">Columns, a multiple of the groups, which are next to each other.</param>
    /// <param name="numerators">a [6].</param>
    /// <param name="denominators">b [groups, 4].</param>
    /// <param name="y">[rows, columns].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or y overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, ReadOnlySpan<T> x, int columns, ReadOnlySpan<T> numerators, ReadOnlySpan<T> denominators, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(x, columns, numerators, denominators);
        Require.Elements<T>(y, x.Length);
        Require.Apart(y, x, numerators, denominators);
        if (rows == 0) return;
        int perBlock = RowsOfBlock(columns);
        ForwardKernel<T> kernel = new(x, columns, perBlock, numerators, denominators, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, (rows + perBlock - 1) / perBlock, Block, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="columns">Columns.</param>
    /// <param name="numerators">a [6].</param>
    /// <param name="denominators">b [groups, 4].</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="dx">[rows, columns], added to; empty if not wanted.</param>
    /// <param name="dnumerators">[6], added to; empty if not wanted.</param>
    /// <param name="ddenominators">[groups, 4], added to; empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> x, int columns, ReadOnlySpan<T> numerators, ReadOnlySpan<T> denominators, ReadOnlySpan<T> dy,
        Span<T> dx, Span<T> dnumerators, Span<T> ddenominators)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(x, columns, numerators, denominators);
        Require.Elements(dy, x.Length);
        Require.ElementsOrNone<T>(dx, x.Length);
        Require.ElementsOrNone<T>(dnumerators, Numerators);
        Require.ElementsOrNone<T>(ddenominators, denominators.Length);
        Require.Apart(dx, x, dy, numerators, denominators);
        Require.Apart(dnumerators, x, dy, numerators, denominators, dx);
        Require.Apart(ddenominators, x, dy, numerators, denominators, dx);
        Require.Apart<T>(ddenominators, dnumerators);
        if (rows == 0) return;
        int perBlock = RowsOfBlock(columns), blocks = (rows + perBlock - 1) / perBlock;
        Span<T> sums = Scratch<Sums, T>.Rent(blocks * (denominators.Length / Denominators) * RationalSums.Count);
        BackwardKernel<T> kernel = new(x, columns, perBlock, numerators, denominators, dy, dx, sums);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, blocks, 4 * Block, ref kernel);
        Add(sums, denominators, dnumerators, ddenominators);
    }

    private static int Check<T>(ReadOnlySpan<T> x, int columns, ReadOnlySpan<T> numerators, ReadOnlySpan<T> denominators)
    {
        Require.Range(columns, 1, int.MaxValue);
        Require.Elements(numerators, Numerators);
        Require.AtLeast(denominators, Denominators);
        int groups = Require.Rows(denominators, Denominators);
        Require.Equal(columns % groups, 0);
        return Require.Rows(x, columns);
    }

    private static int RowsOfBlock(int columns) => Math.Max(1, Block / columns);

    private static void Add<T>(ReadOnlySpan<T> sums, ReadOnlySpan<T> denominators, Span<T> dnumerators, Span<T> ddenominators)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int groups = denominators.Length / Denominators;
        for (int part = 0; part < sums.Length / RationalSums.Count; part++)
        {
            ReadOnlySpan<T> own = sums.Slice(part * RationalSums.Count, RationalSums.Count);
            for (int i = 0; i < dnumerators.Length; i++) dnumerators[i] += own[i];
            if (ddenominators.IsEmpty) continue;
            for (int j = 0; j < Denominators; j++)
            {
                int index = (part % groups * Denominators) + j;
                ddenominators[index] += denominators[index] < T.Zero ? -own[Numerators + j] : own[Numerators + j];
            }
        }
    }

    private readonly struct Sums;

    private readonly struct Buffer;

    private readonly ref struct ForwardKernel<T>(
        ReadOnlySpan<T> x, int columns, int rowsOfBlock, ReadOnlySpan<T> numerators, ReadOnlySpan<T> denominators, Span<T> y)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x, _numerators = numerators, _denominators = denominators;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int groups = _denominators.Length / Denominators, width = columns / groups, block = rowsOfBlock * columns;
            for (int unit = from; unit < to; unit++)
            {
                int start = unit * block, length = Math.Min(block, _x.Length - start);
                for (int group = 0; group < groups; group++)
                {
                    RationalForwardLoop<TLane, T> loop = new(
                        _x.Slice(start, length), columns, new(_numerators, _denominators.Slice(group * Denominators, Denominators)),
                        _y.Slice(start, length));
                    Simd.LaneLoop<TLane, T>.Run(ref loop, group * width, (group + 1) * width);
                }
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(
        ReadOnlySpan<T> x, int columns, int rowsOfBlock, ReadOnlySpan<T> numerators, ReadOnlySpan<T> denominators, ReadOnlySpan<T> dy,
        Span<T> dx, Span<T> sums) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x, _numerators = numerators, _denominators = denominators, _dy = dy;
        private readonly Span<T> _dx = dx, _sums = sums;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int groups = _denominators.Length / Denominators, width = columns / groups, block = rowsOfBlock * columns;
            Span<T> lanes = Scratch<Buffer, T>.Rent(RationalSums.Count * TLane.Count);
            for (int unit = from; unit < to; unit++)
            {
                int start = unit * block, length = Math.Min(block, _x.Length - start);
                for (int group = 0; group < groups; group++)
                {
                    lanes.Clear();
                    RationalBackwardLoop<TLane, T> loop = new(
                        _x.Slice(start, length), columns, new(_numerators, _denominators.Slice(group * Denominators, Denominators)),
                        _dy.Slice(start, length), _dx.IsEmpty ? default : _dx.Slice(start, length), lanes);
                    Simd.LaneLoop<TLane, T>.Run(ref loop, group * width, (group + 1) * width);
                    Span<T> sums = _sums.Slice(((unit * groups) + group) * RationalSums.Count, RationalSums.Count);
                    for (int i = 0; i < sums.Length; i++) sums[i] = TLane.Load(ref lanes[i * TLane.Count]).Sum();
                }
            }
        }
    }
}
