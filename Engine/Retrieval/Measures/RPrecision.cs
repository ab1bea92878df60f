namespace QEngine.Retrieval;

/// <summary>Rprec: the relevant documents among the first R, divided by R, the number of relevant ones. trec_eval's <c>Rprec</c>.</summary>
internal sealed record RPrecision : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="relevance">The least grade that counts.</param>
    public RPrecision(int relevance)
        : base(null, relevance)
    {
    }

    private protected override string Name => "Rprec";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int total = ranking.Relevant(Threshold);
        return total == 0 ? 0 : ranking.ExpectedRelevant(total, Threshold) / total;
    }
}
