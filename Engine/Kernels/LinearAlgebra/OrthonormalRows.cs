using System.Numerics;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Rows made orthonormal in order: row i stays in the span of the first i + 1 rows.</summary>
/// <remarks>
/// Gram and Schmidt's process in panels, twice: against the panels before as two matrix products, within a panel row by row. The second
/// pass makes the rows orthogonal to rounding (Giraud, Langou and Rozloznik, 2005). A row that depends on those before it is replaced by
/// a random one, so that there are always as many directions as rows.
/// </remarks>
internal static class OrthonormalRows
{
    private const int Panel = 32, Passes = 2;

    // A row that keeps less than this many units of rounding of its length holds nothing but rounding.
    private const double Vanished = 4096;

    /// <summary>Makes rows orthonormal.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="rows">[count, columns], finite; replaced.</param>
    /// <param name="count">Number of rows, at most <paramref name="columns"/>.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="random">Draws the rows that replace dependent ones.</param>
    /// <exception cref="ArgumentException">The length does not fit, or there are more rows than columns.</exception>
    public static void Run<T>(WorkerPool workers, Span<T> rows, int count, int columns, ref SplittableRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(count, 0, columns);
        Require.Elements(rows, (long)count * columns);
        for (int first = 0; first < count; first += Panel)
        {
            int height = Math.Min(Panel, count - first);
            Span<T> panel = rows.Slice(first * columns, height * columns);
            for (int pass = 0; pass < Passes; pass++)
            {
                Span<T> before = Scratch<Lengths, T>.Rent(height);
                for (int i = 0; i < height; i++) before[i] = Length(workers, panel.Slice(i * columns, columns));
                Project(workers, rows[..(first * columns)], first, panel, height, columns);
                for (int i = 0; i < height; i++)
                {
                    Span<T> row = panel.Slice(i * columns, columns);
                    Normalize(workers, row, before[i], ref random);
                    WithinKernel<T> within = new(row, panel[((i + 1) * columns)..]);
                    RangeKernel.Run<WithinKernel<T>, T>(WorkerPool.Single, height - i - 1, 2L * columns, ref within);
                }
            }
        }
    }

    /// <summary>Takes out of a panel what lies in the span of the orthonormal rows before it.</summary>
    private static void Project<T>(WorkerPool workers, ReadOnlySpan<T> before, int count, Span<T> panel, int height, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (count == 0) return;
        MatrixView<T> basis = new(before, count, columns);
        Span<T> parts = Scratch<Parts, T>.Rent(height * count);
        Gemm.Multiply(workers, new MatrixView<T>(panel, height, columns), basis.Transposed, parts, count, accumulate: false);
        Elementwise.Apply(WorkerPool.Single, default(Negated<T>), parts, parts);
        Gemm.Multiply(workers, new MatrixView<T>(parts, height, count), basis, panel, columns, accumulate: true);
    }

    private static void Normalize<T>(WorkerPool workers, Span<T> row, T before, ref SplittableRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T length = Length(workers, row);
        if (!(length > T.CreateTruncating(Vanished) * (T.BitIncrement(T.One) - T.One) * before))
        {
            foreach (ref T value in row) value = T.CreateTruncating(random.NextGaussian());
            length = Length(workers, row);
        }
        Elementwise.Apply(WorkerPool.Single, new Scaled<T>(T.One / length), row, row);
    }

    private static T Length<T>(WorkerPool workers, ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Math.Sqrt(SquaredNorm.Compute(workers, row)));

    private readonly struct Lengths;

    private readonly struct Parts;

    /// <summary>A unit is a later row of the panel: it loses its part along one that is finished.</summary>
    private readonly ref struct WithinKernel<T>(ReadOnlySpan<T> row, Span<T> later) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _row = row;
        private readonly Span<T> _later = later;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                Span<T> other = _later.Slice(i * _row.Length, _row.Length);
                Rows<TLane, T>.AddScaled(-Rows<TLane, T>.Dot(_row, other), _row, other);
            }
        }
    }
}
