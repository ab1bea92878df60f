using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Quantum;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>
/// ln F of states by their amplitudes, kept at length 1, real parts and then imaginary ones; a row of zeros is orthogonal to all. A
/// distance is 2 (1 - F), see <see cref="StateDistances"/>.
/// </summary>
internal sealed class StateScores : IPairScores
{
    // What roundings of a logarithm down to ln 1e-9 and of the power back take off a fidelity at most, as a share of it.
    private const double LogarithmError = 1e-5;

    // Rows are kept, and their form is told, as those of cosines.
    private readonly CosineScores _rows;

    /// <summary>Makes the scores of states.</summary>
    /// <param name="dimension">Numbers of a state, two an amplitude.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is odd.</exception>
    public StateScores(int dimension)
    {
        if (!Similarity.StateFidelity.Takes(dimension))
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "expected two numbers an amplitude, an even dimension");
        (_rows, Width) = (new CosineScores(dimension), dimension);
    }

    public int Width { get; }

    public string Form => "states of length 1, or of zeros";

    /// <summary>
    /// The error of a fidelity computed in single precision: that of two products of vectors of length 1, and of their squares.
    /// </summary>
    /// <param name="dimension">Numbers of a state.</param>
    public static double FidelityError(int dimension) => 4 * RowDots.Error<float>(dimension + 4);

    public void Keep(ReadOnlySpan<float> embedding, Span<float> row) => _rows.Keep(embedding, row);

    public bool IsKept(ReadOnlySpan<float> row) => _rows.IsKept(row);

    public void Expand(ReadOnlySpan<float> row, Span<float> expanded) => row.CopyTo(expanded);

    public void Compute(WorkerPool workers, ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, Span<float> scores) =>
        StateFidelity.All(workers, queries, documents, Width / 2, scores);

    public bool Measures(ReadOnlySpan<float> row, ReadOnlySpan<float> min, ReadOnlySpan<float> max) => true;

    public double Reach(float score) => 2 + (2 * (double)Bound(score));

    public void Costs(ReadOnlySpan<float> query, ReadOnlySpan<float> documents, ReadOnlySpan<int> rows, Span<float> costs)
    {
        Span<float> queries = Scratch<StateScores, float>.Rent(2 * Width), parts = stackalloc float[2];
        query.CopyTo(queries);
        StateFidelity.Turn(query, Width / 2, queries[Width..]);
        for (int i = 0; i < rows.Length; i++)
        {
            RowDots.Forward(WorkerPool.Single, queries, documents.Slice(rows[i] * Width, Width), Width, parts);
            costs[i] = -((parts[0] * parts[0]) + (parts[1] * parts[1]));
        }
    }

    public float Cost(float score) => float.BitIncrement(Bound(score));

    // Of states the distance says all.
    public float Expected(double squaredDistance) =>
        (float)Math.Log(Math.Clamp(1 - (squaredDistance / 2), StateFidelity.Least, 1));

    /// <summary>The negative fidelity beyond which a computed score is below a given one; infinity where all reach it.</summary>
    private float Bound(float score) => score > Math.Log(StateFidelity.Least) * (1 - LogarithmError)
        ? float.BitIncrement((float)((2 * FidelityError(Width)) - (Math.Exp(score) * (1 - LogarithmError))))
        : float.PositiveInfinity;
}
