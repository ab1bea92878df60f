namespace QEngine.Retrieval;

/// <summary>
/// AP, AP@k: the precision at the rank of each relevant document found, summed and divided by the number of relevant documents of the
/// query, found or not. trec_eval's <c>map</c> and <c>map_cut</c>; its mean over queries is MAP.
/// </summary>
internal sealed record AveragePrecision : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k, or null.</param>
    /// <param name="relevance">The least grade that counts.</param>
    public AveragePrecision(int? cutoff, int relevance)
        : base(cutoff, relevance)
    {
    }

    private protected override string Name => "AP";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int total = ranking.Relevant(Threshold);
        if (total == 0) return 0;
        double sum = 0;
        int before = 0;
        int start = 0;
        foreach (int end in ranking.GroupEnds)
        {
            if (start >= Limit) break;
            int size = end - start;
            int relevant = ranking.Relevant(start, end, Threshold);
            // In a group of random order a place holds a relevant document with probability relevant / size, and given that, each
            // earlier place of the group holds another one with probability (relevant - 1) / (size - 1).
            double other = size > 1 ? (double)(relevant - 1) / (size - 1) : 0;
            for (int place = 0; relevant > 0 && place < Math.Min(size, Limit - start); place++)
                sum += (double)relevant / size * (before + 1 + place * other) / (start + place + 1);
            before += relevant;
            start = end;
        }
        // Expected values of a group may round up.
        return Math.Min(1, sum / total);
    }
}
