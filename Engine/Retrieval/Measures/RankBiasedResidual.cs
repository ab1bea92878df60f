using System.Globalization;

namespace QEngine.Retrieval;

/// <summary>
/// RBPResidual(p=..): how much larger RBP would be, were every document relevant that nobody judged, those after the last rank too: their
/// weights (1 - p) p^(r - 1), and p^n of a ranking of n. Moffat and Zobel, 2008, as in their <c>rbp_eval</c>; grades below 0 mean "not
/// judged", and 0 where nothing was found, as in trec_eval (whose <c>rbp_resid</c> is also 0 where all found documents are judged).
/// </summary>
internal sealed record RankBiasedResidual : Measure
{
    private readonly double persistence;

    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k, or null.</param>
    /// <param name="persistence">p, between 0 and 1.</param>
    public RankBiasedResidual(int? cutoff, double persistence)
        : base(cutoff) => this.persistence = persistence;

    private protected override string Name => "RBPResidual";

    private protected override string Parameters => string.Create(CultureInfo.InvariantCulture, $"p={persistence}");

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int depth = Math.Min(ranking.Grades.Length, Limit);
        if (depth == 0) return 0;
        double unjudged = RankBiasedPrecision.ExpectedWeight(ranking, Limit, persistence, RankedGrades.Unjudged, -1);
        return Math.Min(1, unjudged + Math.Pow(persistence, depth));
    }
}
