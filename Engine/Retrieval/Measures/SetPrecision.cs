namespace QEngine.Retrieval;

/// <summary>SetP: the relevant ones among all documents found, divided by their number. trec_eval's <c>set_P</c>.</summary>
internal sealed record SetPrecision : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="relevance">The least grade that counts.</param>
    public SetPrecision(int relevance)
        : base(null, relevance)
    {
    }

    private protected override string Name => "SetP";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int found = ranking.Grades.Length;
        return found == 0 ? 0 : (double)ranking.Relevant(0, found, Threshold) / found;
    }
}
