namespace QEngine.Retrieval;

/// <summary>
/// Bpref: for each relevant document found, 1 - min(n, R) / min(N, R), summed and divided by R; n counts the judged documents of too low a
/// grade found before it, N all of them, R the relevant ones. Documents without a judgement do not matter, nor do those of a grade below
/// 0, which means "not judged" in trec_eval, whose <c>bpref</c> this is. Buckley and Voorhees, 2004, with the correction of 2005.
/// </summary>
internal sealed record BinaryPreference : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="relevance">The least grade that counts.</param>
    public BinaryPreference(int relevance)
        : base(null, relevance)
    {
    }

    private protected override string Name => "Bpref";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int total = ranking.Relevant(Threshold);
        if (total == 0) return 0;
        // Where N is 0 so is every n.
        int max = Math.Max(1, Math.Min(RankedGrades.Count(ranking.Ideal, 0, Threshold - 1), total));
        double sum = 0;
        int before = 0;
        int start = 0;
        foreach (int end in ranking.GroupEnds)
        {
            int relevant = ranking.Relevant(start, end, Threshold);
            int lower = RankedGrades.Count(ranking.Grades[start..end], 0, Threshold - 1);
            if (relevant > 0)
            {
                // In a group of random order as many as 0, 1, .. or all of its lower documents stand before a relevant one, each as likely.
                double kept = 0;
                for (int place = 0; place <= lower; place++) kept += 1 - (double)Math.Min(before + place, total) / max;
                sum += relevant * (kept / (lower + 1));
            }
            before += lower;
            start = end;
        }
        return Math.Clamp(sum / total, 0, 1);
    }
}
