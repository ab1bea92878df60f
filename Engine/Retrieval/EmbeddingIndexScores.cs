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
    // Documents a unit: with 64 qubits 16 KB, so that they stay in the first-level cache for all queries.
    private const int BlockDocuments = 32;

    public int Width => 2 * qubits;

    public void Prepare(ReadOnlySpan<float> embedding, Span<float> row) => Readout.FromAngles(embedding, row);

    public void Compute(WorkerPool workers, ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, Span<float> scores)
    {
        int count = documents.Length / Width;
        Kernel kernel = new(queries, documents, Width, scores);
        RangeKernel.Run<Kernel, float>(workers, (count + BlockDocuments - 1) / BlockDocuments, (long)BlockDocuments * queries.Length, ref kernel);
    }

    /// <summary>A unit is a block of documents.</summary>
    private readonly ref struct Kernel(ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, int width, Span<float> scores) : IRangeKernel<float>
    {
        private readonly ReadOnlySpan<float> _queries = queries, _documents = documents;
        private readonly Span<float> _scores = scores;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, float>
        {
            int count = _documents.Length / width;
            for (int block = from; block < to; block++)
            {
                int end = Math.Min(count, (block + 1) * BlockDocuments);
                for (int query = 0; query < _queries.Length / width; query++)
                {
                    ReadOnlySpan<float> state = _queries.Slice(query * width, width);
                    for (int document = block * BlockDocuments; document < end; document++)
                        _scores[(query * count) + document] = Fidelity.Log<TLane, float>(state, _documents.Slice(document * width, width));
                }
            }
        }
    }
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
