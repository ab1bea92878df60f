namespace QEngine.Retrieval;

/// <summary>
/// nDCG, nDCG@k: sum over ranks r = 1, 2, .. of grade / log2(r + 1), linear gain, divided by the same sum for the best possible ranking of
/// all judged documents. Grades below 0 gain 0. Järvelin and Kekäläinen, 2002; trec_eval's <c>ndcg</c> and <c>ndcg_cut</c>.
/// </summary>
internal sealed record NormalizedDiscountedGain : Measure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k, or null.</param>
    public NormalizedDiscountedGain(int? cutoff)
        : base(cutoff)
    {
    }

    private protected override string Name => "nDCG";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        double ideal = 0;
        for (int rank = 0; rank < Math.Min(Limit, ranking.Ideal.Length); rank++) ideal += Gain(ranking.Ideal[rank]) * Discount(rank);
        if (ideal == 0) return 0;

        double sum = 0;
        int start = 0;
        foreach (int end in ranking.GroupEnds)
        {
            if (start >= Limit) break;
            double gain = 0;
            for (int rank = start; rank < end; rank++) gain += Gain(ranking.Grades[rank]);
            double discount = 0;
            for (int rank = start; rank < Math.Min(end, Limit); rank++) discount += Discount(rank);
            sum += gain / (end - start) * discount;
            start = end;
        }
        // A group's rounding may lift a perfect ranking above 1 by a few units in the last place.
        return Math.Min(1, sum / ideal);
    }

    private static double Gain(int grade) => Math.Max(grade, 0);

    private static double Discount(int rank) => 1 / Math.Log2(rank + 2.0);
}
