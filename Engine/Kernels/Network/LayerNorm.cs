using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Layer normalisation of the sum of two inputs: y = gamma (s - mean) / sqrt(var + eps) + beta, s = x + residual.</summary>
/// <remarks>
/// Mean and (biased) variance over each row (Ba, Kiros and Hinton, arXiv 1607.06450). A row whose squares overflow becomes NaN.
/// </remarks>
internal static class LayerNorm
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="residual">[rows, columns], or empty for none.</param>
    /// <param name="gamma">[columns].</param>
    /// <param name="beta">[columns].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="y">[rows, columns].</param>
    /// <param name="normalized">[rows, columns], (s - mean) / sqrt(var + eps), for the backward pass; empty without one.</param>
    /// <param name="rstd">[rows], 1 / sqrt(var + eps), for the backward pass; empty without one.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, ReadOnlySpan<T> x, ReadOnlySpan<T> residual, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, T epsilon, Span<T> y,
        Span<T> normalized, Span<T> rstd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Forward(workers, new ResidualRows<T>(x, residual, gamma.Length), gamma, beta, epsilon, y, normalized, rstd);

    /// <summary>Forward over rows that are sums of other things.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="rows">The rows s.</param>
    /// <param name="gamma">[columns].</param>
    /// <param name="beta">[columns].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="y">[rows, columns].</param>
    /// <param name="normalized">[rows, columns], for the backward pass; empty without one.</param>
    /// <param name="rstd">[rows], for the backward pass; empty without one.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<TRows, T>(
        WorkerPool workers, TRows rows, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, T epsilon, Span<T> y, Span<T> normalized, Span<T> rstd)
        where TRows : struct, IRowSource<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = Require.Rows(y, gamma.Length);
        Require.Elements(beta, gamma.Length);
        Require.ElementsOrNone(normalized, y.Length);
        Require.ElementsOrNone(rstd, count);
        Require.Apart(y, gamma, beta, normalized, rstd);
        Require.Apart(normalized, gamma, beta, rstd);
        Require.Apart(rstd, gamma, beta);
        rows.Check(count, gamma.Length, y, normalized, rstd);
        LayerNormForward<TRows, T> kernel = new(rows, gamma, beta, epsilon, y, normalized, rstd);
        RangeKernel.Run<LayerNormForward<TRows, T>, T>(workers, count, 3L * gamma.Length, ref kernel);
    }

    /// <summary>Backward: with g = gamma dy, ds = (g - mean(g) - n mean(g n)) / deviation, n the normalised row.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="gamma">[columns].</param>
    /// <param name="normalized">[rows, columns], from the forward pass.</param>
    /// <param name="rstd">[rows], from the forward pass.</param>
    /// <param name="dx">[rows, columns]; empty if not wanted.</param>
    /// <param name="accumulate">Add to dx instead of replacing it.</param>
    /// <param name="dresidual">[rows, columns]; empty if not wanted. It may be dx itself, then accumulated.</param>
    /// <param name="accumulateResidual">Add to dresidual instead of replacing it.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> dy, ReadOnlySpan<T> gamma, ReadOnlySpan<T> normalized, ReadOnlySpan<T> rstd, Span<T> dx,
        bool accumulate, Span<T> dresidual, bool accumulateResidual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(dy, (long)rstd.Length * gamma.Length);
        Require.Elements(normalized, dy.Length);
        Require.ElementsOrNone(dx, dy.Length);
        Require.ElementsOrNone(dresidual, dy.Length);
        Require.Apart(dx, gamma, normalized, rstd);
        Require.Apart(dresidual, gamma, normalized, rstd);
        Require.SameOrApart(dx, dy);
        Require.SameOrApart(dresidual, dy);
        Require.SameOrApart(dresidual, dx);
        BackwardKernel<T> kernel = new(dy, gamma, normalized, rstd, dx, accumulate, dresidual, accumulateResidual);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, rstd.Length, 3L * gamma.Length, ref kernel);
    }

    /// <summary>dgamma += sum over rows of dy n, dbeta += sum over rows of dy; rows added in order.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="normalized">[rows, columns], from the forward pass.</param>
    /// <param name="dgamma">[columns], accumulated.</param>
    /// <param name="dbeta">[columns], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void BackwardParameters<T>(
        WorkerPool workers, ReadOnlySpan<T> dy, ReadOnlySpan<T> normalized, Span<T> dgamma, Span<T> dbeta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(dy, dgamma.Length);
        Require.Elements(normalized, dy.Length);
        Require.Elements(dbeta, dgamma.Length);
        Require.Apart(dgamma, dy, normalized, dbeta);
        Require.Apart(dbeta, dy, normalized);
        if (dy.IsEmpty) return;
        ParameterKernel<T> kernel = new(dy, normalized, dgamma, dbeta);
        int strips = (dgamma.Length + Bias.Strip - 1) / Bias.Strip;
        RangeKernel.Run<ParameterKernel<T>, T>(workers, strips, dy.Length / strips, ref kernel);
    }

    // Its loops are methods rather than an ILaneLoop: to set up a struct for each of them, row by row, was measured to take 8% of rows of
    // 384.
    private readonly ref struct BackwardKernel<T>(
        ReadOnlySpan<T> dy, ReadOnlySpan<T> gamma, ReadOnlySpan<T> normalized, ReadOnlySpan<T> rstd, Span<T> dx, bool accumulate,
        Span<T> dresidual, bool accumulateResidual) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _gamma = gamma, _normalized = normalized, _rstd = rstd;
        private readonly Span<T> _dx = dx, _dresidual = dresidual;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int row = from; row < to; row++) Row<TLane>(row);
        }

        private void Row<TLane>(int row)
            where TLane : struct, ILane<TLane, T>
        {
            int columns = _gamma.Length;
            int start = row * columns;
            int whole = columns / TLane.Count * TLane.Count;
            (TLane sum, TLane sumN) = Sums<TLane, WholeLane<TLane, T>>(start, 0, whole);
            if (whole < columns)
            {
                (TLane last, TLane lastN) = Sums<TLane, PartOfLane<TLane, T>>(start, whole, columns);
                (sum, sumN) = (sum + last, sumN + lastN);
            }
            T count = T.CreateTruncating(columns);
            T mean = sum.Sum() / count;
            T meanN = sumN.Sum() / count;
            Write<TLane, WholeLane<TLane, T>>(row, start, 0, whole, mean, meanN);
            if (whole < columns) Write<TLane, PartOfLane<TLane, T>>(row, start, whole, columns, mean, meanN);
        }

        /// <summary>The sums of g = gamma dy and of g n over some columns.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private (TLane Sum, TLane SumN) Sums<TLane, TPart>(int start, int from, int to)
            where TLane : struct, ILane<TLane, T>
            where TPart : struct, ILanePart<TLane, T>
        {
            ref T dy = ref Unsafe.Add(ref MemoryMarshal.GetReference(_dy), start);
            ref T n = ref Unsafe.Add(ref MemoryMarshal.GetReference(_normalized), start);
            ref T g = ref MemoryMarshal.GetReference(_gamma);
            TLane sum = TLane.Splat(T.Zero);
            TLane sumN = sum;
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane dn = TPart.Take(ref Unsafe.Add(ref dy, i), to - i) * TPart.Take(ref Unsafe.Add(ref g, i), to - i);
                sum += dn;
                sumN = TLane.MultiplyAdd(dn, TPart.Take(ref Unsafe.Add(ref n, i), to - i), sumN);
            }
            return (sum, sumN);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Write<TLane, TPart>(int row, int start, int from, int to, T mean, T meanN)
            where TLane : struct, ILane<TLane, T>
            where TPart : struct, ILanePart<TLane, T>
        {
            ref T dy = ref Unsafe.Add(ref MemoryMarshal.GetReference(_dy), start);
            ref T n = ref Unsafe.Add(ref MemoryMarshal.GetReference(_normalized), start);
            ref T g = ref MemoryMarshal.GetReference(_gamma);
            TLane average = TLane.Splat(mean);
            TLane averageN = TLane.Splat(meanN);
            TLane rstd = TLane.Splat(_rstd[row]);
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane dn = TPart.Take(ref Unsafe.Add(ref dy, i), to - i) * TPart.Take(ref Unsafe.Add(ref g, i), to - i);
                TLane ds = (dn - average - (TPart.Take(ref Unsafe.Add(ref n, i), to - i) * averageN)) * rstd;
                if (!_dx.IsEmpty) Put<TLane, TPart>(ds, ref Unsafe.Add(ref MemoryMarshal.GetReference(_dx), start + i), to - i, accumulate);
                if (!_dresidual.IsEmpty)
                    Put<TLane, TPart>(
                        ds, ref Unsafe.Add(ref MemoryMarshal.GetReference(_dresidual), start + i), to - i, accumulateResidual);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put<TLane, TPart>(TLane value, ref T target, int rest, bool add)
            where TLane : struct, ILane<TLane, T>
            where TPart : struct, ILanePart<TLane, T> =>
            TPart.Put(add ? value + TPart.Take(ref target, rest) : value, ref target, rest);
    }

    private readonly ref struct ParameterKernel<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> normalized, Span<T> dgamma, Span<T> dbeta)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _normalized = normalized;
        private readonly Span<T> _dgamma = dgamma, _dbeta = dbeta;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            Loop<TLane> loop = new(this);
            LaneLoop<TLane, T>.Run(ref loop, from * Bias.Strip, Math.Min(to * Bias.Strip, _dgamma.Length));
        }

        /// <summary>A lane of columns goes down all rows in registers.</summary>
        private readonly ref struct Loop<TLane>(ParameterKernel<T> kernel) : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly ParameterKernel<T> _kernel = kernel;

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                int columns = _kernel._dgamma.Length, elements = _kernel._dy.Length;
                ref T dy = ref MemoryMarshal.GetReference(_kernel._dy);
                ref T n = ref MemoryMarshal.GetReference(_kernel._normalized);
                for (int column = from; column < to; column += TLane.Count)
                {
                    int rest = to - column;
                    ref T dgamma = ref _kernel._dgamma[column];
                    ref T dbeta = ref _kernel._dbeta[column];
                    TLane gamma = TPart.Take(ref dgamma, rest);
                    TLane beta = TPart.Take(ref dbeta, rest);
                    for (int i = column; i < elements; i += columns)
                    {
                        TLane d = TPart.Take(ref Unsafe.Add(ref dy, i), rest);
                        gamma = TLane.MultiplyAdd(d, TPart.Take(ref Unsafe.Add(ref n, i), rest), gamma);
                        beta += d;
                    }
                    TPart.Put(gamma, ref dgamma, rest);
                    TPart.Put(beta, ref dbeta, rest);
                }
            }
        }
    }
}
