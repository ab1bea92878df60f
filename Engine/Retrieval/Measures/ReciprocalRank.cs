namespace QEngine.Retrieval;

/// <summary>
/// RR, RR@k: 1 / the rank of the first relevant document, 0 where none is found (among the first k). trec_eval's <c>recip_rank</c>; its
/// mean over queries is MRR.
/// </summary>
internal sealed record ReciprocalRank : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k, or null.</param>
    /// <param name="relevance">The least grade that counts.</param>
    public ReciprocalRank(int? cutoff, int relevance)
        : base(cutoff, relevance)
    {
    }

    private protected override string Name => "RR";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int start = 0;
        foreach (int end in ranking.GroupEnds)
        {
            if (start >= Limit) break;
            int relevant = ranking.Relevant(start, end, Threshold);
            if (relevant > 0) return Expected(relevant, start, end);
            start = end;
        }
        return 0;
    }

    // The first group with a relevant document holds the first of the ranking, at a place that depends on the group's order.
    private double Expected(int relevant, int start, int end)
    {
        double expected = 0;
        double noneBefore = 1;
        for (int rank = start; rank < Math.Min(end, Limit) && noneBefore > 0; rank++)
        {
            int remaining = end - rank;
            expected += noneBefore * Math.Min(1, (double)relevant / remaining) / (rank + 1);
            noneBefore *= Math.Max(0, remaining - relevant) / (double)remaining;
        }
        return expected;
    }
}
