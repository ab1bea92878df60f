using System.Numerics;
using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>
/// The phases of the ZZ feature map (Havlicek et al., arXiv 1804.11326): the numbers of a row themselves, then (pi - x[i])(pi - x[j]) of
/// all pairs i &lt; j, the first index outermost.
/// </summary>
internal static class PairPhases
{
    /// <summary>How many phases a row of so many numbers has.</summary>
    /// <param name="features">n.</param>
    public static int Count(int features) => features + (features * (features - 1) / 2);

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="features">n.</param>
    /// <param name="x">[rows, n].</param>
    /// <param name="y">[rows, n + n (n - 1) / 2].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or y overlaps x.</exception>
    public static void Forward<T>(WorkerPool workers, int features, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(x, features);
        Require.Elements<T>(y, (long)rows * Count(features));
        Require.Apart(y, x);
        ForwardKernel<T> kernel = new(features, x, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, Count(features), ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="features">n.</param>
    /// <param name="x">[rows, n].</param>
    /// <param name="dy">[rows, n + n (n - 1) / 2].</param>
    /// <param name="dx">[rows, n], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or dx overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, int features, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(x, features);
        Require.Elements(dy, (long)rows * Count(features));
        Require.Elements<T>(dx, x.Length);
        Require.Apart(dx, x, dy);
        BackwardKernel<T> kernel = new(features, x, dy, dx);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, rows, Count(features), ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(int features, ReadOnlySpan<T> x, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> x = _x.Slice(row * features, features);
                Span<T> y = _y.Slice(row * Count(features), Count(features));
                x.CopyTo(y);
                for (int i = 0, place = features; i < features; i++)
                    for (int j = i + 1; j < features; j++) y[place++] = (T.Pi - x[i]) * (T.Pi - x[j]);
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(int features, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x, _dy = dy;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> x = _x.Slice(row * features, features), dy = _dy.Slice(row * Count(features), Count(features));
                Span<T> dx = _dx.Slice(row * features, features);
                for (int i = 0; i < features; i++) dx[i] += dy[i];
                for (int i = 0, place = features; i < features; i++)
                {
                    for (int j = i + 1; j < features; j++, place++)
                    {
                        dx[i] -= (T.Pi - x[j]) * dy[place];
                        dx[j] -= (T.Pi - x[i]) * dy[place];
                    }
                }
            }
        }
    }
}
