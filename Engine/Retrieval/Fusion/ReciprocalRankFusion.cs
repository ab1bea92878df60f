namespace QEngine.Retrieval;

/// <summary>
/// Reciprocal rank fusion: a document's share of a ranking is 1 / (60 + rank), ranks from 1. Scores do not matter. G. V. Cormack,
/// C. L. A. Clarke and S. Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods", SIGIR 2009.
/// </summary>
public sealed record ReciprocalRankFusion : Fusion
{
    // The paper's constant: how much less the first ranks stand out.
    private const double Offset = 60;

    /// <inheritdoc/>
    protected override void Share(ReadOnlySpan<Hit> hits, bool isFirst, Span<double> shares)
    {
        for (int i = 0; i < shares.Length; i++) shares[i] = 1 / (Offset + i + 1);
    }
}
