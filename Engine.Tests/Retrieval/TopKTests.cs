using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>The bounded heap against a full sort.</summary>
public sealed class TopKTests
{
    [Test]
    public void Equal_scores_go_to_the_smaller_index()
    {
        TopK best = new(2);

        foreach (int index in new[] { 3, 1, 2, 0 }) best.Push(1f, index);

        Assert.That(best.Drain().ToArray(), Is.EqualTo(new Hit[] { new(0, 1f), new(1, 1f) }));
    }

    [Test]
    public void Nan_is_refused_with_its_index() =>
        Assert.That(() => new TopK(1).Push(float.NaN, 7), Throws.TypeOf<QEngineException>().With.Message.Contains("NaN at index 7"));

    [Test]
    public void A_k_below_one_is_refused() =>
        Assert.That(() => new TopK(0), BadArgument.OutOfRange("k", 0));

    [Test]
    public void A_huge_k_costs_only_what_is_pushed()
    {
        TopK best = new(int.MaxValue);

        best.Push(float.NegativeInfinity, 4);
        best.Push(2f, 9);

        Assert.That(best.Drain().ToArray(), Is.EqualTo(new Hit[] { new(9, 2f), new(4, float.NegativeInfinity) }));
    }

    [Test]
    public void A_warm_selection_allocates_nothing()
    {
        TopK best = new(100);
        Fill(best);

        Assert.That(Allocation.Fewest(() => Fill(best)), Is.Zero);
    }

    [Property]
    public bool The_kept_hits_are_the_head_of_a_full_sort(sbyte[] scores, byte capacity, int seed)
    {
        int k = 1 + capacity % 20;
        int[] order = Enumerable.Range(0, scores.Length).ToArray();
        new Random(seed).Shuffle(order);
        TopK best = new(k);

        foreach (int index in order) best.Push(scores[index], index);

        IEnumerable<Hit> hits = scores.Select((score, i) => new Hit(i, score));
        IEnumerable<Hit> sorted = hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Index);
        return best.Drain().ToArray().SequenceEqual(sorted.Take(k));
    }

    private static void Fill(TopK best)
    {
        best.Reset(100);
        for (int i = 0; i < 5000; i++) best.Push(i * 7919 % 5003, i);
        best.Drain();
    }
}
