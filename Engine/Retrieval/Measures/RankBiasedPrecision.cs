using System.Globalization;

namespace QEngine.Retrieval;

/// <summary>
/// RBP(p=..), RBP@k: (1 - p) times the sum of p^(r - 1) over the ranks r = 1, 2, .. of relevant documents: the rate of relevant documents
/// seen by a reader who goes on to the next one with probability p. Moffat and Zobel, 2008; binary as in their <c>rbp_eval</c>.
/// </summary>
internal sealed record RankBiasedPrecision : BinaryMeasure
{
    /// <summary>p where the text names none, as in ir_measures.</summary>
    public const double DefaultPersistence = 0.8;

    private readonly double _persistence;

    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k, or null.</param>
    /// <param name="relevance">The least grade that counts.</param>
    /// <param name="persistence">p, between 0 and 1.</param>
    public RankBiasedPrecision(int? cutoff, int relevance, double persistence)
        : base(cutoff, relevance) => _persistence = persistence;

    private protected override string Name => "RBP";

    private protected override string Parameters =>
        string.Create(CultureInfo.InvariantCulture, $"p={_persistence}{(base.Parameters.Length > 0 ? "," : "")}{base.Parameters}");

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking) => ExpectedWeight(ranking, Limit, _persistence, Threshold, int.MaxValue);

    /// <summary>The expected weight, (1 - p) p^(r - 1) at rank r, of the documents whose grade lies in a range.</summary>
    /// <param name="ranking">The ranking.</param>
    /// <param name="limit">Ranks that count.</param>
    /// <param name="persistence">p.</param>
    /// <param name="min">The least grade that counts.</param>
    /// <param name="max">The largest grade that counts.</param>
    internal static double ExpectedWeight(in RankedGrades ranking, int limit, double persistence, int min, int max)
    {
        double sum = 0;
        double weight = 1 - persistence;
        int start = 0;
        foreach (int end in ranking.GroupEnds)
        {
            if (start >= limit) break;
            double weights = 0;
            for (int rank = start; rank < Math.Min(end, limit); rank++)
            {
                weights += weight;
                weight *= persistence;
            }
            sum += (double)RankedGrades.Count(ranking.Grades[start..end], min, max) / (end - start) * weights;
            start = end;
        }
        return sum;
    }
}

/// <summary>
/// RBPResidual(p=..): how much larger RBP would be, were every document relevant that nobody judged, those after the last rank too: their
/// weights (1 - p) p^(r - 1), and p^n of a ranking of n. Moffat and Zobel, 2008, as in their <c>rbp_eval</c>; grades below 0 mean "not
/// judged", and 0 where nothing was found, as in trec_eval (whose <c>rbp_resid</c> is also 0 where all found documents are judged).
/// </summary>
internal sealed record RankBiasedResidual : Measure
{
    private readonly double _persistence;

    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k, or null.</param>
    /// <param name="persistence">p, between 0 and 1.</param>
    public RankBiasedResidual(int? cutoff, double persistence)
        : base(cutoff) => _persistence = persistence;

    private protected override string Name => "RBPResidual";

    private protected override string Parameters => string.Create(CultureInfo.InvariantCulture, $"p={_persistence}");

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int depth = Math.Min(ranking.Grades.Length, Limit);
        if (depth == 0) return 0;
        double unjudged = RankBiasedPrecision.ExpectedWeight(ranking, Limit, _persistence, RankedGrades.Unjudged, -1);
        return Math.Min(1, unjudged + Math.Pow(_persistence, depth));
    }
}
