using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>The directions in which vectors vary most: the leading eigenvectors of their covariance.</summary>
/// <remarks>
/// About n d^2 operations for the covariance (<see cref="Covariance"/>) and a few hundred d^2 k for its eigenvectors
/// (<see cref="LeadingEigen"/>). Same bits at any thread count.
/// </remarks>
public sealed class PrincipalComponents
{
    /// <summary>The widest vectors: their covariance takes 128 MB.</summary>
    public const int MaxColumns = 4096;

    private readonly double[] _mean, _variances, _directions;

    private PrincipalComponents(int columns, int count, double[] mean, double[] variances, double[] directions, double total)
    {
        (Columns, Count, TotalVariance) = (columns, count, total);
        (_mean, _variances, _directions) = (mean, variances, directions);
    }

    /// <summary>d, the width of the vectors.</summary>
    public int Columns { get; }

    /// <summary>k, the number of directions.</summary>
    public int Count { get; }

    /// <summary>[d], the mean of the vectors.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>[k, d], orthonormal rows, by descending variance; the largest element of a row by magnitude is positive.</summary>
    public ReadOnlySpan<double> Directions => _directions;

    /// <summary>[k], the variance along each direction, descending.</summary>
    public ReadOnlySpan<double> Variances => _variances;

    /// <summary>The variance along all d directions together.</summary>
    public double TotalVariance { get; }

    /// <summary>Computes the leading directions of vectors.</summary>
    /// <param name="vectors">[n, columns], finite.</param>
    /// <param name="columns">d, from 1 to <see cref="MaxColumns"/>.</param>
    /// <param name="rows">Which rows of <paramref name="vectors"/> are meant, at least 2.</param>
    /// <param name="count">k, from 1 to d.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="progress">Is told the share of the vectors that is gone through.</param>
    /// <param name="cancellationToken">Stops the work between blocks of vectors.</param>
    /// <exception cref="ArgumentException">The length does not fit, or there is no such row.</exception>
    /// <exception cref="QEngineException">
    /// A number is out of its range, the vectors are all the same, or differ by more than single precision holds.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static PrincipalComponents Compute(
        ReadOnlySpan<float> vectors, int columns, ReadOnlySpan<int> rows, int count, WorkerPool workers, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (columns is < 1 or > MaxColumns)
            throw new QEngineException($"principal components: expected vectors of 1 to {MaxColumns} numbers, found {columns}");
        if (count < 1 || count > columns)
            throw new QEngineException(
                $"principal components: expected from 1 to {columns} of them, the width of the vectors, found {count}");
        if (vectors.Length % columns != 0)
            throw new ArgumentException($"expected vectors of {columns} numbers, found {vectors.Length} numbers", nameof(vectors));
        foreach (int row in rows) Require.Index(row, vectors.Length / columns, nameof(rows));
        if (rows.Length < 2) throw new QEngineException($"principal components: expected at least 2 vectors, found {rows.Length}");
        double[] mean = new double[columns], covariance = new double[columns * columns];
        Covariance.Compute(workers, vectors, columns, rows, mean, covariance, share =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(share);
        });
        double total = 0;
        for (int i = 0; i < columns; i++) total += covariance[(i * columns) + i];
        if (!double.IsFinite(total))
            throw new QEngineException("principal components: expected vectors whose differences fit single precision, found larger ones");
        if (total == 0)
            throw new QEngineException($"principal components: expected vectors that differ, found {rows.Length} that are the same");
        double[] variances = new double[count], directions = new double[count * columns];
        LeadingEigen.Decompose(workers, covariance, columns, variances, directions);
        // Rounding may leave the variance of a direction without any below zero.
        foreach (ref double variance in variances.AsSpan()) variance = Math.Max(0, variance);
        FixSigns(directions, columns);
        return new PrincipalComponents(columns, count, mean, variances, directions, total);
    }

    private static void FixSigns(Span<double> directions, int columns)
    {
        for (int first = 0; first < directions.Length; first += columns)
        {
            Span<double> row = directions.Slice(first, columns);
            int argmax = 0;
            for (int i = 1; i < columns; i++)
                if (Math.Abs(row[i]) > Math.Abs(row[argmax])) argmax = i;
            if (row[argmax] >= 0) continue;
            foreach (ref double value in row) value = -value;
        }
    }
}
