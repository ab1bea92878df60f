using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Two rankings made one: sums by hand, and laws.</summary>
public sealed class FusionTests
{
    private static readonly Hit[] Model = [new(4, -1), new(2, -3), new(7, -9)], Words = [new(2, 12), new(9, 8), new(4, 2)];

    [Test]
    public void Reciprocal_ranks_by_hand()
    {
        Hit[] hits = new ReciprocalRankFusion().Fuse(Model, Words, 10);

        // 2: ranks 2 and 1; 4: ranks 1 and 3; 9: rank 2; 7: rank 3.
        Assert.That(hits.Select(hit => hit.Index), Is.EqualTo(new[] { 2, 4, 9, 7 }));
        Assert.That(hits[0].Score, Is.EqualTo(1 / 62.0 + 1 / 61.0).Within(1e-8));
        Assert.That(hits[1].Score, Is.EqualTo(1 / 61.0 + 1 / 63.0).Within(1e-8));
        Assert.That(hits[2].Score, Is.EqualTo(1 / 62.0).Within(1e-8));
        Assert.That(hits[3].Score, Is.EqualTo(1 / 63.0).Within(1e-8));
    }

    [Test]
    public void Weighted_scores_by_hand()
    {
        Hit[] hits = new WeightedFusion(0.75).Fuse(Model, Words, 10);

        // From 0 to 1: the model's 1, 0.75, 0; the words' 1, 0.6, 0. Equal sums by smaller index.
        Assert.That(hits.Select(hit => hit.Index), Is.EqualTo(new[] { 2, 4, 9, 7 }));
        Assert.That(hits.Select(hit => (double)hit.Score), Is.EqualTo(new[] { (0.75 * 0.75) + 0.25, 0.75, 0.25 * 0.6, 0 }).Within(1e-7));
    }

    [Test]
    public void Equal_sums_are_ordered_by_index_and_constant_scores_are_all_the_best()
    {
        Assert.That(new ReciprocalRankFusion().Fuse([new(5, 1), new(3, 0)], [new(3, 1), new(5, 0)], 10).Select(hit => hit.Index), Is.EqualTo(new[] { 3, 5 }));
        Assert.That(new WeightedFusion(0.5).Fuse([new(8, 2), new(6, 2)], [], 10), Is.EqualTo(new Hit[] { new(6, 0.5f), new(8, 0.5f) }));
    }

    [Test]
    public void Sums_closer_than_floats_keep_their_order()
    {
        // Ranks 999 and 1000 of the one against 1000 and 999 of the other, and one place apart: 1e-9 of the sum.
        Hit[] first = [.. Enumerable.Range(0, 1000).Select(i => new Hit(i, -i))], second = [.. Enumerable.Range(0, 1000).Select(i => new Hit(999 - i, -i))];

        Hit[] hits = new ReciprocalRankFusion().Fuse(first, second, 1000);

        double[] sums = [.. hits.Select(hit => (1.0 / (61 + hit.Index)) + (1.0 / (61 + 999 - hit.Index)))];
        Assert.That(sums, Is.Ordered.Descending);
    }

    [Test]
    public void Only_the_best_are_returned() => Assert.That(new WeightedFusion(1).Fuse(Model, Words, 2).Select(hit => hit.Index), Is.EqualTo(new[] { 4, 2 }));

    [Test]
    public void Nothing_and_something_is_something()
    {
        foreach (Fusion fusion in (Fusion[])[new ReciprocalRankFusion(), new WeightedFusion(0.5)])
        {
            Assert.That(fusion.Fuse([], [], 3), Is.Empty);
            Assert.That(fusion.Fuse(Model, [], 3).Select(hit => hit.Index), Is.EqualTo(Model.Select(hit => hit.Index)));
            Assert.That(fusion.Fuse([], Words, 3).Select(hit => hit.Index), Is.EqualTo(Words.Select(hit => hit.Index)));
        }
    }

    [Property]
    public bool A_ranking_with_itself_stays((byte Index, byte Score)[] drawn)
    {
        Hit[] hits = Ranking(drawn);
        return new ReciprocalRankFusion().Fuse(hits, hits, 1000).Select(hit => hit.Index).SequenceEqual(hits.Select(hit => hit.Index))
            && new WeightedFusion(0.3).Fuse(hits, hits, 1000).Select(hit => hit.Index).SequenceEqual(hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Index).Select(hit => hit.Index));
    }

    [Property]
    public bool Reciprocal_ranks_do_not_tell_the_two_apart((byte, byte)[] one, (byte, byte)[] other) =>
        new ReciprocalRankFusion().Fuse(Ranking(one), Ranking(other), 1000).SequenceEqual(new ReciprocalRankFusion().Fuse(Ranking(other), Ranking(one), 1000));

    [Test]
    public void Bad_rankings_and_numbers_are_refused()
    {
        Assert.That(() => new WeightedFusion(1.5), BadArgument.OutOfRange("weight", 1.5));
        Assert.That(() => new WeightedFusion(double.NaN), BadArgument.OutOfRange("weight", double.NaN));
        Assert.That(() => new ReciprocalRankFusion().Fuse(Model, Words, 0), BadArgument.OutOfRange("k", 0));
        Refuse(() => new ReciprocalRankFusion().Fuse(Model, [new(1, 1), new(1, 0)], 3), "fusion: expected each document once a ranking, found index 1 twice");
        Refuse(() => new WeightedFusion(0).Fuse([new(1, float.NegativeInfinity)], Words, 3), "fusion: expected finite scores, found -Infinity at index 1");
    }

    private static Hit[] Ranking((byte Index, byte Score)[] drawn) =>
        [.. drawn.DistinctBy(pair => pair.Index).Select(pair => new Hit(pair.Index, pair.Score % 5)).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Index)];

    private static void Refuse(Action action, string message) => Assert.That(() => action(), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));
}
