using NUnit.Framework;
using QEngine.Tools.Demo;
using QEngine.Tools.Demo.Real;
using QEngine.Tools.Heads;

namespace QEngine.Tests.Tools.Demo.Real;

public sealed class FindingTests
{
    [Test]
    public void Sizes_at_which_room_buys_something_are_named_and_a_quantum_head_is_where_it_is()
    {
        MeasuredWay[] ways =
        [
            Way("BM25", null, null, 0.3), Way("full 384", null, 1536, 0.5), Way("BM25 + full 384", null, 1536, 0.55),
            Way("PCA 64", HeadKind.Pca, 256, 0.45, 24640), Way("linear 64", HeadKind.Linear, 256, 0.48, 24640),
            Way("linear 64, 8 bits", HeadKind.Linear, 64, 0.47, 24640, 8), Way("quantum 64", HeadKind.Quantum, 256, 0.4, 3840),
            Way("quantum 64, 8 bits", HeadKind.Quantum, 64, 0.39, 3840, 8),
        ];

        Assert.That(Finding.Describe(ways), Is.EqualTo(
        [
            "Best NDCG@10: 0.550 (BM25 + full 384).",
            "By bytes a vector, where none that is smaller is as good: "
            + "0.550 in 1536 (BM25 + full 384), 0.480 in 256 (linear 64), 0.470 in 64 (linear 64, 8 bits).",
            "quantum 64 (256 bytes, 3840 head parameters): 0.080 behind linear 64 (256 bytes, 24640 head parameters), p < 0.001; "
            + "0.050 behind PCA 64 (256 bytes, 24640 head parameters), p < 0.001.",
        ]));
    }

    [Test]
    public void A_quantum_head_that_is_better_is_ahead()
    {
        MeasuredWay[] ways = [Way("linear 4", HeadKind.Linear, 16, 0.4, 100), Way("quantum 8", HeadKind.Quantum, 32, 0.5, 192)];

        Assert.That(Finding.Describe(ways)[^1], Is.EqualTo(
            "quantum 8 (32 bytes, 192 head parameters): 0.100 ahead of linear 4 (16 bytes, 100 head parameters), p < 0.001."));
    }

    [Test]
    public void What_chance_may_explain_is_not_called_better()
    {
        double[] spread = [.. Enumerable.Range(0, 40).Select(i => 0.5 + (0.3 * Math.Sin(7 * i)))];
        MeasuredWay quantum = Way("quantum 4", HeadKind.Quantum, 16, 0.5, 240) with { Ndcg = spread };
        MeasuredWay linear = Way("linear 4", HeadKind.Linear, 16, 0.499, 100);

        Assert.That(Finding.Describe([linear, quantum])[^1], Does.StartWith(
            "quantum 4 (16 bytes, 240 head parameters): "
            + "not distinguishable from linear 4 (16 bytes, 100 head parameters), 0.001 more, p = 0."));
    }

    // Queries of slightly different figures, with the row's as their mean.
    private static MeasuredWay Way(string name, HeadKind? head, int? bytes, double ndcg, int? parameters = 0, int bits = 32) => new(
        new DemoRow(name, ndcg, 0, 0, parameters, bytes, null, 0), head, bits,
        [.. Enumerable.Range(0, 40).Select(i => ndcg + (0.001 * ndcg * (i % 2 == 0 ? 1 : -1)))]);
}
