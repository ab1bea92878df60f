using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>The held-out vectors after a head, ready to be compared as it compares them.</summary>
/// <param name="Similarity">How they are compared.</param>
/// <param name="Dimension">Numbers of one.</param>
/// <param name="Data">[rows, dimension], in the default format.</param>
internal sealed record HeldOutVectors(Similarity Similarity, int Dimension, float[] Data)
{
    // Rows that are gathered at once.
    private const int RowsPerBatch = 1024;

    /// <summary>One vector.</summary>
    public ReadOnlySpan<float> this[int row] => Data.AsSpan(row * Dimension, Dimension);

    /// <summary>Applies a head to some vectors.</summary>
    public static HeldOutVectors Compute(Head head, Vectors vectors, ReadOnlySpan<int> rows, WorkerPool workers)
    {
        HeadConfiguration configuration = head.Configuration;
        int dimension = configuration.OutputDimension;
        float[] data = new float[rows.Length * dimension], block = new float[Math.Min(RowsPerBatch, rows.Length) * vectors.Columns];
        for (int first = 0; first < rows.Length; first += RowsPerBatch)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(RowsPerBatch, rows.Length - first);
            for (int i = 0; i < count; i++) vectors[rows[first + i]].CopyTo(block.AsSpan(i * vectors.Columns));
            head.Apply(block.AsSpan(0, count * vectors.Columns), data.AsSpan(first * dimension, count * dimension), workers);
        }
        return new HeldOutVectors(configuration.Similarity, dimension, data);
    }

    /// <summary>The first numbers of each, for vectors that are trained to bear that.</summary>
    public HeldOutVectors Leading(int dimension)
    {
        int rows = Data.Length / Dimension;
        float[] data = new float[rows * dimension];
        for (int row = 0; row < rows; row++) this[row][..dimension].CopyTo(data.AsSpan(row * dimension));
        return new HeldOutVectors(Similarity, dimension, data);
    }

    /// <summary>Every column times a factor of its own.</summary>
    public HeldOutVectors Scaled(ReadOnlySpan<double> factors)
    {
        float[] data = new float[Data.Length];
        for (int i = 0; i < data.Length; i++) data[i] = (float)(Data[i] * factors[i % Dimension]);
        return this with { Data = data };
    }

    /// <summary>An index of some of them, or of all.</summary>
    public EmbeddingIndex Index(WorkerPool workers) => new(Similarity, Dimension, Data, workers);

    /// <summary>A score of the index as a similarity: cosine, or fidelity from its logarithm.</summary>
    public double AsSimilarity(float score) => Similarity.IsFidelity() ? Math.Exp(score) : score;
}
