namespace QEngine.Retrieval;

/// <summary>
/// nDCG, nDCG@k: sum over ranks r = 1, 2, .. of gain / log2(r + 1), divided by the same sum for the best possible ranking of all judged
/// documents; 0 where that is 0. The gain is the grade (Järvelin and Kekäläinen, 2002; trec_eval's <c>ndcg</c> and <c>ndcg_cut</c>) or,
/// written <c>nDCG(dcg='exp-log2')</c>, 2^grade - 1 (Burges et al., 2005; the track's <c>gdeval</c>). Grades below 0 gain 0.
/// </summary>
internal sealed record NormalizedDiscountedGain : Measure
{
    private readonly bool _exponential;

    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k, or null.</param>
    /// <param name="exponential">Whether the gain is 2^grade - 1.</param>
    public NormalizedDiscountedGain(int? cutoff, bool exponential)
        : base(cutoff) => _exponential = exponential;

    private protected override string Name => "nDCG";

    private protected override string Parameters => _exponential ? "dcg='exp-log2'" : "";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int best = ranking.Ideal.Length > 0 ? ranking.Ideal[0] : 0;
        double ideal = 0;
        for (int rank = 0; rank < Math.Min(Limit, ranking.Ideal.Length); rank++) ideal += Gain(ranking.Ideal[rank], best) / Discount(rank);
        if (ideal == 0) return 0;

        double sum = 0;
        int start = 0;
        foreach (int end in ranking.GroupEnds)
        {
            if (start >= Limit) break;
            double gain = 0;
            for (int rank = start; rank < end; rank++) gain += Gain(ranking.Grades[rank], best);
            gain /= end - start;
            for (int rank = start; rank < Math.Min(end, Limit); rank++) sum += gain / Discount(rank);
            start = end;
        }
        // A group's rounding may lift a perfect ranking above 1 by a few units in the last place.
        return Math.Min(1, sum / ideal);
    }

    // An exponential gain is taken 2^best times smaller, which the division cancels: no grade overflows.
    private double Gain(int grade, int best)
    {
        if (grade <= 0) return 0;
        return _exponential ? Math.ScaleB(1, grade - best) - Math.ScaleB(1, -best) : grade;
    }

    private static double Discount(int rank) => Math.Log2(rank + 2.0);
}
