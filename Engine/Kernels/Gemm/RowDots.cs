using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Inner products of every query with every row: dots[q, r] = queries[q] . rows[r].</summary>
/// <remarks>
/// Many queries are a matrix product. For a few the rows are read as they lie, once for all queries, for a matrix product would copy them
/// first. The last bits depend on which it is; see <see cref="Error"/>.
/// </remarks>
internal static class RowDots
{
    // From so many queries on the matrix product is faster.
    private const int ManyQueries = 12;

    /// <summary>Computes all products.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="queries">[q, columns].</param>
    /// <param name="rows">[r, columns].</param>
    /// <param name="columns">Numbers of a row, at least 1.</param>
    /// <param name="dots">[q, r].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ReadOnlySpan<T> queries, ReadOnlySpan<T> rows, int columns, Span<T> dots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(columns, 1, int.MaxValue);
        int q = Require.Rows(queries, columns);
        int r = Require.Rows(rows, columns);
        Require.Elements(dots, (long)q * r);
        Require.Apart(dots, queries, rows);
        if (q >= ManyQueries)
        {
            Gemm.Multiply(
                workers, new MatrixView<T>(queries, q, columns), new MatrixView<T>(rows, r, columns).Transposed, dots, r,
                accumulate: false);
            return;
        }
        Kernel<T> kernel = new(queries, rows, columns, dots);
        RangeKernel.Run<Kernel<T>, T>(workers, r, (long)columns * Math.Max(1, q), ref kernel);
    }

    /// <summary>
    /// The maximum error of a product, times the lengths of the two vectors: n roundings of a sum of n products, in any order.
    /// </summary>
    /// <param name="columns">n, below 2^20 in single precision.</param>
    /// <remarks>Higham, Accuracy and Stability of Numerical Algorithms, 3.1; products that underflow are left out.</remarks>
    public static double Error<T>(int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double unit = typeof(T) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 53);
        return columns * unit / (1 - (columns * unit));
    }

    private readonly ref struct Kernel<T>(ReadOnlySpan<T> queries, ReadOnlySpan<T> rows, int columns, Span<T> dots) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _queries = queries, _rows = rows;
        private readonly Span<T> _dots = dots;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int count = _rows.Length / columns;
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> numbers = _rows.Slice(row * columns, columns);
                for (int query = 0; query < _queries.Length / columns; query++)
                    _dots[(query * count) + row] = Rows<TLane, T>.Dot(_queries.Slice(query * columns, columns), numbers);
            }
        }
    }
}
