using System.Numerics;

namespace QEngine.Training;

/// <summary>The paper's score of a similarity: a factor times cosine or fidelity.</summary>
internal static class SimilarityScore
{
    /// <summary>Makes the score.</summary>
    /// <param name="similarity">How representations are compared.</param>
    /// <param name="scale">20 in the paper.</param>
    /// <param name="tau">Temperature of a fidelity, above 0.</param>
    public static IScore<T> Of<T>(Similarity similarity, double scale = 20, double tau = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (similarity == Similarity.StateFidelity) return new StateFidelityScore<T>(scale, tau);
        return similarity == Similarity.Fidelity ? new FidelityScore<T>(scale, tau) : new CosineScore<T>(scale);
    }
}
