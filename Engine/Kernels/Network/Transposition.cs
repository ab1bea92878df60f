using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Rows to columns.</summary>
internal static class Transposition
{
    // A tile of 16 x 16 is a few lines of the cache on either side.
    private const int Tile = 16;

    /// <summary>y[c, r] = x[r, c], or y[c, r] += x[r, c].</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="columns">Columns of x.</param>
    /// <param name="y">[columns, rows].</param>
    /// <param name="accumulate">Whether it is added.</param>
    /// <exception cref="ArgumentException">The lengths differ, or y overlaps x.</exception>
    public static void Apply<T>(WorkerPool workers, ReadOnlySpan<T> x, int columns, Span<T> y, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(x, columns);
        Require.Elements<T>(y, x.Length);
        Require.Apart(y, x);
        Kernel<T> kernel = new(x, rows, columns, y, accumulate);
        RangeKernel.Run<Kernel<T>, T>(workers, (columns + Tile - 1) / Tile, (long)rows * Tile, ref kernel);
    }

    /// <summary>A unit is a strip of columns.</summary>
    private readonly ref struct Kernel<T>(ReadOnlySpan<T> x, int rows, int columns, Span<T> y, bool accumulate) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int strip = from; strip < to; strip++)
                for (int row = 0; row < rows; row += Tile)
                    Move(row, Math.Min(rows, row + Tile), strip * Tile, Math.Min(columns, (strip + 1) * Tile));
        }

        private void Move(int firstRow, int endRow, int firstColumn, int endColumn)
        {
            for (int column = firstColumn; column < endColumn; column++)
            {
                Span<T> y = _y.Slice((column * rows) + firstRow, endRow - firstRow);
                for (int i = 0; i < y.Length; i++)
                {
                    T value = _x[((firstRow + i) * columns) + column];
                    y[i] = accumulate ? y[i] + value : value;
                }
            }
        }
    }
}
