using System.Numerics;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The sums of values, y[i] = sum over j of weights[i, j] v[j], see <see cref="HeadMatrices"/>.</summary>
internal static class HeadSums
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="plan">Sizes.</param>
    /// <param name="weights">[sequences heads n, n].</param>
    /// <param name="qkv">[sequences n, 3 heads width].</param>
    /// <param name="y">[sequences n, heads width].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or y overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, HeadMatrices plan, ReadOnlySpan<T> weights, ReadOnlySpan<T> qkv, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = plan.Require(qkv, weights);
        Require.Elements<T>(y, qkv.Length / 3);
        Require.Apart(y, qkv, weights);
        y.Clear();
        ForwardKernel<T> kernel = new(plan, weights, qkv, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, units, (long)plan.Length * plan.Length * plan.Width, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="plan">Sizes.</param>
    /// <param name="weights">[sequences heads n, n].</param>
    /// <param name="qkv">[sequences n, 3 heads width].</param>
    /// <param name="dy">[sequences n, heads width].</param>
    /// <param name="dweights">[sequences heads n, n], added to; empty if not wanted.</param>
    /// <param name="dqkv">[sequences n, 3 heads width]; to values is added; empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or a gradient overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, HeadMatrices plan, ReadOnlySpan<T> weights, ReadOnlySpan<T> qkv, ReadOnlySpan<T> dy, Span<T> dweights,
        Span<T> dqkv)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = plan.Require(qkv, weights);
        Require.Elements(dy, qkv.Length / 3);
        Require.ElementsOrNone<T>(dweights, weights.Length);
        Require.ElementsOrNone<T>(dqkv, qkv.Length);
        Require.Apart(dweights, weights, qkv, dy, dqkv);
        Require.Apart(dqkv, weights, qkv, dy);
        BackwardKernel<T> kernel = new(plan, weights, qkv, dy, dweights, dqkv);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, units, 2L * plan.Length * plan.Length * plan.Width, ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(HeadMatrices plan, ReadOnlySpan<T> weights, ReadOnlySpan<T> qkv, Span<T> y)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _weights = weights, _qkv = qkv;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int n = plan.Length, width = plan.Width;
            for (int unit = from; unit < to; unit++)
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < n; j++)
                    {
                        T weight = _weights[(((unit * n) + i) * n) + j];
                        Span<T> y = _y.Slice(plan.Result(unit, i), width);
                        Rows<TLane, T>.AddScaled(weight, _qkv.Slice(plan.Start(unit, j, 2), width), y);
                    }
        }
    }

    private readonly ref struct BackwardKernel<T>(
        HeadMatrices plan, ReadOnlySpan<T> weights, ReadOnlySpan<T> qkv, ReadOnlySpan<T> dy, Span<T> dweights, Span<T> dqkv)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _weights = weights, _qkv = qkv, _dy = dy;
        private readonly Span<T> _dweights = dweights, _dqkv = dqkv;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int n = plan.Length, width = plan.Width;
            for (int unit = from; unit < to; unit++)
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < n; j++)
                    {
                        int weight = (((unit * n) + i) * n) + j, value = plan.Start(unit, j, 2);
                        ReadOnlySpan<T> dy = _dy.Slice(plan.Result(unit, i), width);
                        if (!_dweights.IsEmpty) _dweights[weight] += Rows<TLane, T>.Dot(dy, _qkv.Slice(value, width));
                        if (!_dqkv.IsEmpty) Rows<TLane, T>.AddScaled(_weights[weight], dy, _dqkv.Slice(value, width));
                    }
        }
    }
}
