using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>How well queries' positives are ranked among their candidates, summed up batch by batch.</summary>
/// <param name="Queries">Queries with at least one candidate beside the positive.</param>
/// <param name="Correct">Those whose positive scored highest, alone.</param>
/// <param name="Tied">Those whose candidates all scored the same: they teach nothing, and their gradients are zero or noise.</param>
/// <param name="Gain">Sum of their NDCG@10 with the positive as the only relevant candidate; the positive loses every tie.</param>
public readonly record struct RankingStatistics(long Queries, long Correct, long Tied, double Gain)
{
    private const int Depth = 10;

    /// <summary>Share of the queries whose positive scored highest; NaN without queries.</summary>
    public double Accuracy => (double)Correct / Queries;

    /// <summary>Share of the queries whose candidates all scored the same; NaN without queries.</summary>
    public double TiedShare => (double)Tied / Queries;

    /// <summary>Mean NDCG@10; NaN without queries.</summary>
    public double Ndcg => Gain / Queries;

    /// <summary>Takes a batch in.</summary>
    /// <param name="scores">[queries, width].</param>
    /// <param name="candidates">Who is a candidate.</param>
    public RankingStatistics With(ReadOnlySpan<float> scores, CandidateList candidates)
    {
        RankingStatistics sum = this;
        int width = candidates.Width;
        for (int query = 0; query < candidates.Queries; query++)
            sum = sum.With(scores.Slice(query * width, width), candidates.CandidateRows.Span.Slice(query * width, width));
        return sum;
    }

    /// <summary>The sums of both.</summary>
    internal RankingStatistics Plus(RankingStatistics other) =>
        new(Queries + other.Queries, Correct + other.Correct, Tied + other.Tied, Gain + other.Gain);

    private RankingStatistics With(ReadOnlySpan<float> scores, ReadOnlySpan<int> rows)
    {
        int others = 0, notBelow = 0, equal = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (rows[i] < 0) continue;
            others++;
            // Not "at least as high": a score that is no number must not make the positive the best.
            if (!(scores[i] < scores[0])) notBelow++;
            if (scores[i] == scores[0]) equal++;
        }
        if (others == 0) return this;
        double gain = notBelow < Depth ? 1 / Math.Log2(notBelow + 2) : 0;
        return new RankingStatistics(Queries + 1, Correct + (notBelow == 0 ? 1 : 0), Tied + (equal == others ? 1 : 0), Gain + gain);
    }
}
