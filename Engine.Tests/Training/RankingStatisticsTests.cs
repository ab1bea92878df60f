using NUnit.Framework;
using QEngine.Tensors;
using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>Accuracy, ties and gain of scored candidates, by hand.</summary>
internal sealed class RankingStatisticsTests
{
    private const float Absent = 9;

    [Test]
    public void The_positive_stands_behind_all_that_are_not_below_it()
    {
        // Ranks 1, 2 (a tie with one), 4 (a tie with all), 1 (the others are absent but for one); the last query has no others.
        RankingStatistics ranking = Ranked([3, 2, 1, 0], [2, 2, 1, 0], [1, 1, 1, 1], [-5, Absent, Absent, -6], [7, Absent, Absent, Absent]);

        Assert.That((ranking.Queries, ranking.Correct, ranking.Tied), Is.EqualTo((4L, 2L, 1L)));
        Assert.That((ranking.Accuracy, ranking.TiedShare), Is.EqualTo((0.5, 0.25)));
        Assert.That(ranking.Ndcg, Is.EqualTo((1 + (1 / Math.Log2(3)) + (1 / Math.Log2(5)) + 1) / 4).Within(1e-15));
    }

    [TestCase(0, 1)]
    [TestCase(1, 0.6309297535714575)] // 1 / log2 3
    [TestCase(9, 0.2890648263178879)] // 1 / log2 11
    [TestCase(10, 0)]
    [TestCase(11, 0)]
    public void The_gain_is_that_of_the_first_ten_ranks(int above, double gain)
    {
        float[] scores = new float[12];
        for (int i = 1; i < scores.Length; i++) scores[i] = i <= above ? 1 : -1;

        Assert.That(Ranked(scores).Gain, Is.EqualTo(gain).Within(1e-15));
    }

    [Test]
    public void Scores_that_are_no_numbers_rank_nothing_first()
    {
        const float NaN = float.NaN;

        RankingStatistics ranking = Ranked([NaN, NaN, NaN, NaN], [NaN, 1, 2, 3], [5, NaN, NaN, NaN]);

        Assert.That((ranking.Queries, ranking.Correct), Is.EqualTo((3L, 0L)));
        Assert.That(ranking.Gain, Is.EqualTo(3 / Math.Log2(5)).Within(1e-15));
    }

    [Test]
    public void Batches_add_up()
    {
        float[][] rows = [[3, 2, 1, 0], [2, 2, 1, 0], [1, 1, 1, 1], [0, 1, 2, 3]];
        RankingStatistics sum = default;
        foreach (float[] row in rows) sum = Ranked(sum, row);

        Assert.That(sum, Is.EqualTo(Ranked(rows)));
    }

    private static RankingStatistics Ranked(params float[][] rows) => Ranked(default, rows);

    private static RankingStatistics Ranked(RankingStatistics before, params float[][] rows)
    {
        CandidateList candidates = new();
        candidates.Reset(rows.Length, rows[0].Length);
        for (int i = 0; i < rows.Length; i++)
            for (int place = 0; place < rows[i].Length; place++)
                if (rows[i][place] != Absent) candidates.SetCandidate(i, place, place);
        return before.With([.. rows.SelectMany(row => row)], candidates);
    }
}
