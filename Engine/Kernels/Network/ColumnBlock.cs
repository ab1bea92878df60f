using System.Numerics;

namespace QEngine.Kernels;

/// <summary>Some neighbouring columns of a matrix, as a matrix of their own and back.</summary>
internal static class ColumnBlock
{
    /// <summary>block[r, c] = x[r, first + c], or it is added.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="columns">Columns of x.</param>
    /// <param name="first">The first column of the block.</param>
    /// <param name="count">Columns of the block.</param>
    /// <param name="block">[rows, count].</param>
    /// <param name="accumulate">Whether it is added.</param>
    /// <exception cref="ArgumentException">The lengths differ, the columns are not there, or the output overlaps the input.</exception>
    public static void Take<T>(ReadOnlySpan<T> x, int columns, int first, int count, Span<T> block, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = RequireFit(x, columns, first, count, block);
        Require.Apart(block, x);
        for (int row = 0; row < rows; row++)
            Move(x.Slice((row * columns) + first, count), block.Slice(row * count, count), accumulate);
    }

    /// <summary>x[r, first + c] = block[r, c], or it is added.</summary>
    /// <param name="block">[rows, count].</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="columns">Columns of x.</param>
    /// <param name="first">The first column of the block.</param>
    /// <param name="count">Columns of the block.</param>
    /// <param name="accumulate">Whether it is added.</param>
    /// <exception cref="ArgumentException">The lengths differ, the columns are not there, or the output overlaps the input.</exception>
    public static void Put<T>(ReadOnlySpan<T> block, Span<T> x, int columns, int first, int count, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = RequireFit(x, columns, first, count, block);
        Require.Apart(x, block);
        for (int row = 0; row < rows; row++)
            Move(block.Slice(row * count, count), x.Slice((row * columns) + first, count), accumulate);
    }

    private static int RequireFit<T>(ReadOnlySpan<T> x, int columns, int first, int count, ReadOnlySpan<T> block)
    {
        int rows = Require.Rows(x, columns);
        Require.Range(first, 0, columns);
        Require.Range(count, 0, columns - first);
        Require.Elements(block, (long)rows * count);
        return rows;
    }

    private static void Move<T>(ReadOnlySpan<T> from, Span<T> to, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!accumulate) from.CopyTo(to);
        else for (int i = 0; i < to.Length && i < from.Length; i++) to[i] += from[i];
    }
}
