using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Batch normalisation, y = gamma n + beta with n = (x - mean) / sqrt(var + eps), mean and (biased) variance of each column over the rows
/// (Ioffe and Szegedy, arXiv 1502.03167). Of images with channels last a row is a pixel, and it is that of two dimensions.
/// </summary>
internal static class BatchNormalization
{
    /// <summary>Mean and variance of each column.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[rows, columns], at least one row.</param>
    /// <param name="mean">[columns].</param>
    /// <param name="variance">[columns], biased: divided by the number of rows.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Moments<T>(WorkerPool workers, ReadOnlySpan<T> x, Span<T> mean, Span<T> variance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(x, mean.Length);
        Require.Range(rows, 1, int.MaxValue);
        Require.Elements<T>(variance, mean.Length);
        Require.Apart(mean, x, variance);
        Require.Apart(variance, x);
        T share = T.One / T.CreateTruncating(rows);
        ColumnSums.Compute(workers, default(FirstSum<T>), x, x, mean);
        Elementwise.Apply(workers, new Scaled<T>(share), mean, mean);
        ColumnSums.Compute(workers, default(SquaredDifferenceSum<T>), x, mean, variance);
        Elementwise.Apply(workers, new Scaled<T>(share), variance, variance);
    }

    /// <summary>running += momentum (moment - running), the variance made unbiased, as torch keeps them for inference.</summary>
    /// <param name="mean">[columns], of a batch.</param>
    /// <param name="variance">[columns], of a batch, biased.</param>
    /// <param name="rows">Rows of the batch, at least 2.</param>
    /// <param name="momentum">Share of the batch, from 0 to 1.</param>
    /// <param name="runningMean">[columns], changed.</param>
    /// <param name="runningVariance">[columns], changed.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Follow<T>(
        ReadOnlySpan<T> mean, ReadOnlySpan<T> variance, int rows, T momentum, Span<T> runningMean, Span<T> runningVariance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(rows, 2, int.MaxValue);
        Require.Elements(variance, mean.Length);
        Require.Elements<T>(runningMean, mean.Length);
        Require.Elements<T>(runningVariance, mean.Length);
        Require.Apart(runningMean, mean, variance, runningVariance);
        Require.Apart(runningVariance, mean, variance);
        T unbiased = T.CreateTruncating(rows) / T.CreateTruncating(rows - 1);
        for (int i = 0; i < mean.Length; i++)
        {
            runningMean[i] += momentum * (mean[i] - runningMean[i]);
            runningVariance[i] += momentum * ((unbiased * variance[i]) - runningVariance[i]);
        }
    }

    /// <summary>Forward, with given moments.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="mean">[columns].</param>
    /// <param name="variance">[columns].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="gamma">[columns].</param>
    /// <param name="beta">[columns].</param>
    /// <param name="y">[rows, columns].</param>
    /// <param name="normalized">[rows, columns], n for the backward pass; empty without one.</param>
    /// <param name="rstd">[columns], 1 / sqrt(var + eps), for the backward pass.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> variance, T epsilon, ReadOnlySpan<T> gamma,
        ReadOnlySpan<T> beta, Span<T> y, Span<T> normalized, Span<T> rstd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = gamma.Length, rows = Require.Rows(x, columns);
        Require.Elements(mean, columns);
        Require.Elements(variance, columns);
        Require.Elements(beta, columns);
        Require.Elements<T>(y, x.Length);
        Require.ElementsOrNone<T>(normalized, x.Length);
        Require.Elements<T>(rstd, columns);
        Require.Apart(y, mean, variance, gamma, beta, rstd);
        Require.Apart(y, x, normalized);
        Require.Apart(normalized, mean, gamma, beta, rstd, x);
        Require.Apart(normalized, variance);
        Require.Apart(rstd, mean, variance, gamma, beta, x);
        for (int i = 0; i < columns; i++) rstd[i] = T.One / T.Sqrt(variance[i] + epsilon);
        ForwardKernel<T> kernel = new(x, mean, rstd, gamma, beta, y, normalized);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, 3L * columns, ref kernel);
    }

    /// <summary>
    /// The gradient of the inputs: dx += gamma (dy - (sum of dy + n sum of dy n) / rows) / sqrt(var + eps) where the moments are x's own,
    /// and without the sums where they are given.
    /// </summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="normalized">[rows, columns], from the forward pass.</param>
    /// <param name="rstd">[columns], from the forward pass.</param>
    /// <param name="gamma">[columns].</param>
    /// <param name="sums">[columns], the sums of dy over the rows, which are beta's gradient; empty where the moments are given.</param>
    /// <param name="weightedSums">[columns], the sums of dy n, which are gamma's gradient; empty where the moments are given.</param>
    /// <param name="dx">[rows, columns], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> dy, ReadOnlySpan<T> normalized, ReadOnlySpan<T> rstd, ReadOnlySpan<T> gamma,
        ReadOnlySpan<T> sums, ReadOnlySpan<T> weightedSums, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = gamma.Length, rows = Require.Rows(dy, columns);
        Require.Elements(normalized, dy.Length);
        Require.Elements(rstd, columns);
        Require.ElementsOrNone(sums, columns);
        Require.Elements(weightedSums, sums.Length);
        Require.Elements<T>(dx, dy.Length);
        Require.Apart(dx, dy, normalized, rstd, gamma, sums);
        Require.Apart(dx, weightedSums);
        Span<T> factors = Scratch<Factors, T>.Rent(3 * columns);
        factors.Clear();
        T share = T.One / T.CreateTruncating(Math.Max(1, rows));
        for (int i = 0; i < columns; i++)
        {
            T factor = factors[i] = gamma[i] * rstd[i];
            if (sums.IsEmpty) continue;
            (factors[columns + i], factors[(2 * columns) + i]) = (factor * share * sums[i], factor * share * weightedSums[i]);
        }
        BackwardKernel<T> kernel = new(dy, normalized, factors, dx);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, rows, 3L * columns, ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> rstd, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> y,
        Span<T> normalized) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x, _mean = mean, _rstd = rstd, _gamma = gamma, _beta = beta;
        private readonly Span<T> _y = y, _normalized = normalized;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _mean.Length;
            Loop<TLane> loop = new(this, from * columns, to * columns);
            LaneLoop<TLane, T>.Run(ref loop, 0, columns);
        }

        /// <summary>A lane of columns goes down the rows, what is the column's in registers.</summary>
        private readonly ref struct Loop<TLane>(ForwardKernel<T> k, int start, int end) : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly ForwardKernel<T> _k = k;

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                int columns = _k._mean.Length;
                bool saves = !_k._normalized.IsEmpty;
                ref T x = ref MemoryMarshal.GetReference(_k._x), y = ref MemoryMarshal.GetReference(_k._y);
                ref T normalized = ref MemoryMarshal.GetReference(_k._normalized);
                for (int column = from; column < to; column += TLane.Count)
                {
                    int rest = to - column;
                    TLane mean = TPart.Take(in _k._mean[column], rest), rstd = TPart.Take(in _k._rstd[column], rest);
                    TLane gamma = TPart.Take(in _k._gamma[column], rest), beta = TPart.Take(in _k._beta[column], rest);
                    for (int i = start + column; i < end; i += columns)
                    {
                        TLane n = (TPart.Take(ref Unsafe.Add(ref x, i), rest) - mean) * rstd;
                        if (saves) TPart.Put(n, ref Unsafe.Add(ref normalized, i), rest);
                        TPart.Put(TLane.MultiplyAdd(gamma, n, beta), ref Unsafe.Add(ref y, i), rest);
                    }
                }
            }
        }
    }

    /// <summary>dx += f dy - (a + n b), with f, a and b of each column one after another in the factors.</summary>
    private readonly ref struct BackwardKernel<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> normalized, ReadOnlySpan<T> factors, Span<T> dx)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _normalized = normalized, _factors = factors;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _factors.Length / 3;
            Loop<TLane> loop = new(this, from * columns, to * columns);
            LaneLoop<TLane, T>.Run(ref loop, 0, columns);
        }

        private readonly ref struct Loop<TLane>(BackwardKernel<T> k, int start, int end) : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly BackwardKernel<T> _k = k;

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                int columns = _k._factors.Length / 3;
                ref T dy = ref MemoryMarshal.GetReference(_k._dy), n = ref MemoryMarshal.GetReference(_k._normalized);
                ref T dx = ref MemoryMarshal.GetReference(_k._dx);
                for (int column = from; column < to; column += TLane.Count)
                {
                    int rest = to - column;
                    TLane f = TPart.Take(in _k._factors[column], rest), a = TPart.Take(in _k._factors[columns + column], rest);
                    TLane b = TPart.Take(in _k._factors[(2 * columns) + column], rest);
                    for (int i = start + column; i < end; i += columns)
                    {
                        TLane taken = TLane.MultiplyAdd(TPart.Take(ref Unsafe.Add(ref n, i), rest), b, a);
                        TLane share = TLane.MultiplyAdd(f, TPart.Take(ref Unsafe.Add(ref dy, i), rest), TLane.Splat(T.Zero) - taken);
                        TPart.Put(TPart.Take(ref Unsafe.Add(ref dx, i), rest) + share, ref Unsafe.Add(ref dx, i), rest);
                    }
                }
            }
        }
    }

    private readonly struct Factors;
}
