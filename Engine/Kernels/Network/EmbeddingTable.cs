using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Rows of a table picked by index, and the gradient, which is scattered back.</summary>
internal static class EmbeddingTable
{
    private const int Strip = 32;

    /// <summary>y[r] = table[indices[r]].</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="table">[entries, columns].</param>
    /// <param name="indices">[rows], each 0 to entries - 1.</param>
    /// <param name="y">[rows, columns].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the table.</exception>
    public static void Gather<T>(WorkerPool workers, ReadOnlySpan<T> table, ReadOnlySpan<int> indices, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = Require.Columns(y, indices.Length);
        if (columns == 0) return;
        // Done before the work is shared out: an index times the columns may wrap around into the table.
        Require.Indices(indices, Require.Rows(table, columns));
        Require.Apart(y, table);
        GatherKernel<T> kernel = new(table, indices, y, columns);
        RangeKernel.Run<GatherKernel<T>, T>(workers, indices.Length, columns, ref kernel);
    }

    /// <summary>dtable[indices[r]] += dy[r], rows in order: equal indices add up the same way at any thread count.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="indices">[rows].</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="dtable">[entries, columns], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the table.</exception>
    public static void Scatter<T>(WorkerPool workers, ReadOnlySpan<int> indices, ReadOnlySpan<T> dy, Span<T> dtable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = Require.Columns(dy, indices.Length);
        if (columns == 0) return;
        Require.Indices(indices, Require.Rows(dtable, columns));
        Require.Apart(dtable, dy);
        ScatterKernel<T> kernel = new(indices, dy, dtable, columns);
        RangeKernel.Run<ScatterKernel<T>, T>(workers, (columns + Strip - 1) / Strip, (long)indices.Length * Strip, ref kernel);
    }

    private readonly ref struct GatherKernel<T>(ReadOnlySpan<T> table, ReadOnlySpan<int> indices, Span<T> y, int columns) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _table = table;
        private readonly ReadOnlySpan<int> _indices = indices;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int row = from; row < to; row++)
                _table.Slice(_indices[row] * columns, columns).CopyTo(_y.Slice(row * columns, columns));
        }
    }

    private readonly ref struct ScatterKernel<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> dy, Span<T> dtable, int columns)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<int> _indices = indices;
        private readonly ReadOnlySpan<T> _dy = dy;
        private readonly Span<T> _dtable = dtable;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int start = from * Strip;
            int width = Math.Min(to * Strip, columns) - start;
            for (int row = 0; row < _indices.Length; row++)
                Rows<TLane, T>.Add(_dy.Slice((row * columns) + start, width), _dtable.Slice((_indices[row] * columns) + start, width));
        }
    }
}
