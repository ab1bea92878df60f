using System.Numerics;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The matrices of scores, scores[i, j] = q[i] k[j] / sqrt(width), see <see cref="HeadMatrices"/>.</summary>
internal static class HeadScores
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="plan">Sizes.</param>
    /// <param name="qkv">[sequences n, 3 heads width].</param>
    /// <param name="scores">[sequences heads n, n].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the scores overlap the rest.</exception>
    public static void Forward<T>(WorkerPool workers, HeadMatrices plan, ReadOnlySpan<T> qkv, Span<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = plan.Require<T>(qkv, scores);
        Require.Apart(scores, qkv);
        ForwardKernel<T> kernel = new(plan, qkv, scores);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, units, (long)plan.Length * plan.Length * plan.Width, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="plan">Sizes.</param>
    /// <param name="qkv">[sequences n, 3 heads width].</param>
    /// <param name="dscores">[sequences heads n, n].</param>
    /// <param name="dqkv">[sequences n, 3 heads width]; to queries and keys is added.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the gradients overlap another argument.</exception>
    public static void Backward<T>(WorkerPool workers, HeadMatrices plan, ReadOnlySpan<T> qkv, ReadOnlySpan<T> dscores, Span<T> dqkv)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = plan.Require(qkv, dscores);
        Require.Elements<T>(dqkv, qkv.Length);
        Require.Apart(dqkv, qkv, dscores);
        BackwardKernel<T> kernel = new(plan, qkv, dscores, dqkv);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, units, 2L * plan.Length * plan.Length * plan.Width, ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(HeadMatrices plan, ReadOnlySpan<T> qkv, Span<T> scores) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _qkv = qkv;
        private readonly Span<T> _scores = scores;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int n = plan.Length, width = plan.Width;
            T scale = plan.Scale<T>();
            for (int unit = from; unit < to; unit++)
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < n; j++)
                    {
                        ReadOnlySpan<T> q = _qkv.Slice(plan.Start(unit, i, 0), width), k = _qkv.Slice(plan.Start(unit, j, 1), width);
                        _scores[(((unit * n) + i) * n) + j] = scale * Rows<TLane, T>.Dot(q, k);
                    }
        }
    }

    private readonly ref struct BackwardKernel<T>(HeadMatrices plan, ReadOnlySpan<T> qkv, ReadOnlySpan<T> dscores, Span<T> dqkv)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _qkv = qkv, _dscores = dscores;
        private readonly Span<T> _dqkv = dqkv;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int n = plan.Length, width = plan.Width;
            T scale = plan.Scale<T>();
            for (int unit = from; unit < to; unit++)
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < n; j++)
                    {
                        T gradient = scale * _dscores[(((unit * n) + i) * n) + j];
                        int q = plan.Start(unit, i, 0), k = plan.Start(unit, j, 1);
                        Rows<TLane, T>.AddScaled(gradient, _qkv.Slice(k, width), _dqkv.Slice(q, width));
                        Rows<TLane, T>.AddScaled(gradient, _qkv.Slice(q, width), _dqkv.Slice(k, width));
                    }
        }
    }
}
