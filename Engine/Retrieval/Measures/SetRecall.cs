namespace QEngine.Retrieval;

/// <summary>SetR: the relevant ones among all documents found, divided by all relevant ones. trec_eval's <c>set_recall</c>.</summary>
internal sealed record SetRecall : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="relevance">The least grade that counts.</param>
    public SetRecall(int relevance)
        : base(null, relevance)
    {
    }

    private protected override string Name => "SetR";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int total = ranking.Relevant(Threshold);
        return total == 0 ? 0 : (double)ranking.Relevant(0, ranking.Grades.Length, Threshold) / total;
    }
}
