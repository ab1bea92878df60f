namespace QEngine.Retrieval;

/// <summary>
/// Judged, Judged@k: the share of the found documents, of the first k, that have a judgement of any grade; of fewer than k documents the
/// share among those, as in ir_measures.
/// </summary>
internal sealed record JudgedAt : Measure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k, or null.</param>
    public JudgedAt(int? cutoff)
        : base(cutoff)
    {
    }

    private protected override string Name => "Judged";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int depth = Math.Min(ranking.Grades.Length, Limit);
        return depth == 0 ? 0 : ranking.ExpectedRelevant(depth, RankedGrades.Unjudged + 1) / depth;
    }
}
