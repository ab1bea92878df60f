namespace QEngine.Retrieval;

/// <summary>R@k: relevant documents among the first k, divided by all relevant ones of the query. trec_eval's <c>recall</c>.</summary>
internal sealed record RecallAt : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k.</param>
    /// <param name="relevance">The least grade that counts.</param>
    public RecallAt(int cutoff, int relevance)
        : base(cutoff, relevance)
    {
    }

    private protected override string Name => "R";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int total = ranking.Relevant(Threshold);
        return total == 0 ? 0 : ranking.ExpectedRelevant(Limit, Threshold) / total;
    }
}
