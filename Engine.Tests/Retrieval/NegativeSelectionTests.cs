using NUnit.Framework;
using QEngine.Retrieval;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Which ranked documents become negatives.</summary>
public sealed class NegativeSelectionTests
{
    // Ten documents; document i has rank i and score 10 - i.
    private static readonly Hit[] Ranked = [.. Enumerable.Range(0, 10).Select(i => new Hit(i, 10 - i))];

    [Test]
    public void Ranks_scores_and_margins_all_have_to_allow_it()
    {
        // Without the positive 2 the ranks 1 to 7 are documents 1, 3, 4, 5, 6, 7 with scores 9, 7, 6, 5, 4, 3.
        NegativeSelection selection = new() { Count = 3, First = 1, Last = 7 };

        Assert.That(Choose(selection), Is.EqualTo(new[] { 1, 3, 4 }));
        Assert.That(Choose(selection with { MaxScore = 7 }), Is.EqualTo(new[] { 3, 4, 5 }));
        Assert.That(Choose(selection with { MinScore = 6.5 }), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(Choose(selection with { MinScore = 6 }), Is.EqualTo(new[] { 1, 3, 4 }), "6 itself");
        Assert.That(Choose(selection with { Margin = 2 }), Is.EqualTo(new[] { 4, 5, 6 }), "at most 8 - 2");
        Assert.That(Choose(selection with { RelativeMargin = 0.5 }), Is.EqualTo(new[] { 6, 7 }), "at most 8 / 2");
        Assert.That(Choose(selection with { Sampling = NegativeSampling.Spread }), Is.EqualTo(new[] { 1, 4, 6 }));
    }

    [Test]
    public void A_relative_margin_below_a_negative_score_is_further_down()
    {
        NegativeSelection selection = new() { Count = 5, Last = 5, RelativeMargin = 0.5 };
        SplittableRandom random = new(1);

        Assert.That(selection.Choose([new(0, -1), new(1, -2.9f), new(2, -3)], new HashSet<int>(), -2, ref random), Is.EqualTo(new[] { 2 }));
    }

    [Property]
    public bool A_random_choice_is_of_the_candidates_in_their_order_and_its_seed_picks_it(ulong seed, byte count)
    {
        NegativeSelection selection = new() { Count = 1 + (count % 6), Last = 9, Sampling = NegativeSampling.Random };
        int[] all = Choose(selection with { Count = 9, Last = 9 });

        int[] one = Choose(selection, seed), two = Choose(selection, seed);

        return one.SequenceEqual(two) && one.Length == selection.Count && one.SequenceEqual(one.Order()) && one.Distinct().Count() == one.Length && one.All(all.Contains);
    }

    [Test]
    public void Every_candidate_is_drawn_at_some_time()
    {
        NegativeSelection selection = new() { Count = 2, Last = 9, Sampling = NegativeSampling.Random };
        HashSet<int> seen = [];
        for (ulong seed = 0; seed < 100; seed++) seen.UnionWith(Choose(selection, seed));

        Assert.That(seen, Is.EquivalentTo(new[] { 0, 1, 3, 4, 5, 6, 7, 8, 9 }));
    }

    [Test]
    public void Numbers_out_of_range_are_named()
    {
        NegativeSelection selection = new() { Count = 1, Last = 5 };
        Assert.Multiple(() =>
        {
            Refused(selection with { RelativeMargin = 1.5 }, "relative margin from 0 to 1, found 1.5");
            Refused(selection with { RelativeMargin = double.NaN }, "relative margin");
            Refused(selection with { Margin = double.PositiveInfinity }, "finite margin");
            Refused(selection with { MinScore = 2, MaxScore = 1 }, "smallest score of at most the largest, 1, found 2");
            Refused(selection with { First = 5 }, "first + count = 6, found 5");
        });
    }

    private static void Refused(NegativeSelection selection, string message) => Assert.That(selection.Check, Throws.TypeOf<QEngineException>().With.Message.Contains(message));

    private static int[] Choose(NegativeSelection selection, ulong seed = 1)
    {
        SplittableRandom random = new(seed);
        return selection.Choose(Ranked, new HashSet<int> { 2 }, positiveScore: 8, ref random);
    }
}
