using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Cosine, of rows kept at length 1; a row of zeros has cosine 0 with every other.</summary>
internal sealed class CosineScores(int dimension) : IPairScores
{
    // What the squared length of a kept row may be off by; rounding of its numbers alone comes to 1.2e-7.
    private const double LengthError = 2e-5;

    public int Width => dimension;

    public string Form => "rows of length 1, or of zeros";

    // In double precision no square of a finite number overflows or vanishes.
    public void Keep(ReadOnlySpan<float> embedding, Span<float> row)
    {
        double squares = Squares(embedding);
        double scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (int i = 0; i < row.Length; i++) row[i] = (float)(embedding[i] * scale);
    }

    public bool IsKept(ReadOnlySpan<float> row) => Squares(row) is var squares && (squares == 0 || Math.Abs(squares - 1) <= LengthError);

    public void Expand(ReadOnlySpan<float> row, Span<float> expanded) => row.CopyTo(expanded);

    public void Compute(WorkerPool workers, ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, Span<float> scores)
    {
        int count = documents.Length / dimension;
        MatrixView<float> columns = new MatrixView<float>(documents, count, dimension).Transposed;
        Gemm.Multiply(
            workers, new MatrixView<float>(queries, queries.Length / dimension, dimension), columns, scores, count, accumulate: false);
        Elementwise.Apply<Bound, float>(WorkerPool.Single, default, scores, scores);
    }

    public bool Measures(ReadOnlySpan<float> row, ReadOnlySpan<float> min, ReadOnlySpan<float> max) => true;

    // |u - v|^2 = |u|^2 + |v|^2 - 2 u.v. A row of zeros is at most 1 + LengthError away from others, where a score of 0 is in reach.
    // The bound of -1 makes scores larger.
    public double Reach(float score) =>
        score > -1 ? 2 - (2 * (double)score) + (2 * LengthError) + (3 * RowDots.Error<float>(dimension)) : double.PositiveInfinity;

    public void Costs(ReadOnlySpan<float> query, ReadOnlySpan<float> documents, ReadOnlySpan<int> rows, Span<float> costs)
    {
        for (int i = 0; i < rows.Length; i++)
            RowDots.Forward(WorkerPool.Single, query, documents.Slice(rows[i] * dimension, dimension), dimension, costs.Slice(i, 1));
        Elementwise.Apply<Negative, float>(WorkerPool.Single, default, costs, costs);
    }

    public float Cost(float score) =>
        score > -1 ? float.BitIncrement((float)((3 * RowDots.Error<float>(dimension)) - score)) : float.PositiveInfinity;

    public float Expected(double squaredDistance) => Math.Clamp((float)(1 - (squaredDistance / 2)), -1, 1);

    private static double Squares(ReadOnlySpan<float> row)
    {
        double squares = 0;
        foreach (float value in row) squares += (double)value * value;
        return squares;
    }

    /// <summary>Rounding must not show as a cosine above 1.</summary>
    private readonly struct Bound : IUnary<float>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, float> =>
            TLane.Max(TLane.Splat(-1f), TLane.Min(TLane.Splat(1f), x));
    }

    private readonly struct Negative : IUnary<float>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, float> => TLane.Splat(0f) - x;
    }
}
