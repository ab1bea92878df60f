using QEngine.Kernels;
using QEngine.Quantum;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>One way to compare embeddings: the form in which rows are kept, and the scores of all pairs.</summary>
internal interface IPairScores
{
    /// <summary>Numbers of a row as it is kept.</summary>
    int Width { get; }

    /// <summary>Brings an embedding into the form that is kept.</summary>
    /// <param name="embedding">[dimension], finite.</param>
    /// <param name="row">[<see cref="Width"/>].</param>
    void Prepare(ReadOnlySpan<float> embedding, Span<float> row);

    /// <summary>scores[q, d] for all pairs; a pair's bits do not depend on the other rows.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="queries">[q, width].</param>
    /// <param name="documents">[d, width].</param>
    /// <param name="scores">[q, d].</param>
    void Compute(WorkerPool workers, ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, Span<float> scores);
}

/// <summary>ln F of product states, kept as Bloch coordinates.</summary>
internal sealed class FidelityScores(int qubits) : IPairScores
{
    public int Width => 2 * qubits;

    public void Prepare(ReadOnlySpan<float> embedding, Span<float> row) => Readout.FromAngles(embedding, row);

    public void Compute(WorkerPool workers, ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, Span<float> scores) =>
        FidelityMatrix.Forward(workers, queries, documents, qubits, scores);
}

/// <summary>Cosine, of rows kept at length 1.</summary>
internal sealed class CosineScores(int dimension) : IPairScores
{
    public int Width => dimension;

    // In double precision no square of a finite number overflows or vanishes.
    public void Prepare(ReadOnlySpan<float> embedding, Span<float> row)
    {
        double squares = 0;
        foreach (float value in embedding) squares += (double)value * value;
        double scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (int i = 0; i < row.Length; i++) row[i] = (float)(embedding[i] * scale);
    }

    public void Compute(WorkerPool workers, ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, Span<float> scores)
    {
        int count = documents.Length / dimension;
        MatrixView<float> columns = new MatrixView<float>(documents, count, dimension).Transposed;
        Gemm.Multiply(workers, new MatrixView<float>(queries, queries.Length / dimension, dimension), columns, scores, count, accumulate: false);
        Map.Run(default(Bound), scores, scores);
    }

    /// <summary>Rounding must not show as a cosine above 1.</summary>
    private readonly struct Bound : IMap<float>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, float> =>
            TLane.Max(TLane.Splat(-1f), TLane.Min(TLane.Splat(1f), x));
    }
}
