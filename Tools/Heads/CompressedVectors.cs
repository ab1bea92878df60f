using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>What a head makes of the measured vectors, and of training vectors by which codes are calibrated.</summary>
/// <param name="Measured">The held-out vectors.</param>
/// <param name="Training">Training vectors, none of them held out.</param>
internal sealed record CompressedVectors(HeldOutVectors Measured, HeldOutVectors Training)
{
    /// <summary>Applies a head.</summary>
    /// <param name="head">The head.</param>
    /// <param name="vectors">All vectors.</param>
    /// <param name="measured">Rows of those that are measured.</param>
    /// <param name="training">Rows of those that codes are calibrated by, at least one.</param>
    /// <param name="workers">The threads to use.</param>
    public static CompressedVectors Compute(
        Head head, Vectors vectors, ReadOnlySpan<int> measured, ReadOnlySpan<int> training, WorkerPool workers) => new(
            HeldOutVectors.Compute(head, vectors, measured, workers), HeldOutVectors.Compute(head, vectors, training, workers));

    /// <summary>The first numbers of each.</summary>
    public CompressedVectors Leading(int dimension) => dimension == Measured.Dimension
        ? this
        : new CompressedVectors(Measured.Leading(dimension), Training.Leading(dimension));

    /// <summary>Every column times a factor of its own.</summary>
    public CompressedVectors Scaled(ReadOnlySpan<double> factors) => new(Measured.Scaled(factors), Training.Scaled(factors));

    /// <summary>The measured vectors as they are searched: in single precision, or what codes of fewer bits stand for.</summary>
    /// <remarks>
    /// As an index does it: vectors of length 1, or angles, are rounded to the levels of their columns. Of states no index keeps
    /// codes; theirs tell what rounding would cost.
    /// </remarks>
    /// <param name="bits">Bits of a number, see <see cref="NumberFormat"/>.</param>
    public HeldOutVectors Stored(int bits)
    {
        if (bits == NumberFormat.Single) return Measured;
        ScalarLevels levels = ScalarLevels.Train(bits, Training.Dimension, Kept(Training));
        float[] rows = Kept(Measured);
        levels.Round(rows);
        return Measured with { Data = rows };
    }

    private static float[] Kept(HeldOutVectors vectors)
    {
        float[] rows = new float[vectors.Data.Length];
        EmbeddingBlock.Keep(vectors.Similarity, vectors.Dimension, vectors.Data, rows);
        return rows;
    }
}
