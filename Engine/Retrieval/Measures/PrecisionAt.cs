namespace QEngine.Retrieval;

/// <summary>P@k: relevant documents among the first k, divided by k even where fewer were found. trec_eval's <c>P</c>.</summary>
internal sealed record PrecisionAt : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k.</param>
    /// <param name="relevance">The least grade that counts.</param>
    public PrecisionAt(int cutoff, int relevance)
        : base(cutoff, relevance)
    {
    }

    private protected override string Name => "P";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking) => ranking.ExpectedRelevant(Limit, Threshold) / Limit;
}
