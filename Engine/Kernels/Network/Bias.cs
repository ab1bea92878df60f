using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The gradient of a vector that was added to every row of a matrix: the column sums.</summary>
internal static class Bias
{
    // Columns an item of the column sums covers: several cache lines, so that threads do not share one.
    internal const int Strip = 64;

    /// <summary>dbias[c] += sum over r of dy[r, c], rows added in order.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="dbias">[columns], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, ReadOnlySpan<T> dy, Span<T> dbias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(dy, dbias.Length);
        Require.Apart(dbias, dy);
        if (dy.IsEmpty) return;
        SumKernel<T> kernel = new(dy, dbias);
        int strips = (dbias.Length + Strip - 1) / Strip;
        RangeKernel.Run<SumKernel<T>, T>(workers, strips, dy.Length / strips, ref kernel);
    }

    private readonly ref struct SumKernel<T>(ReadOnlySpan<T> dy, Span<T> dbias) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy;
        private readonly Span<T> _dbias = dbias;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _dbias.Length;
            int rows = _dy.Length / columns;
            int start = from * Strip;
            int width = Math.Min(to * Strip, columns) - start;
            for (int row = 0; row < rows; row++) Rows<TLane, T>.Add(_dy.Slice((row * columns) + start, width), _dbias.Slice(start, width));
        }
    }
}
