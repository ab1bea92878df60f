using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Tools.Lab;

namespace QEngine.Tests.Tools.Lab;

/// <summary>Importance of features for classifiers that are known to read one of them.</summary>
public sealed class FeatureImportanceTests
{
    private static readonly LabelledPoints Data = Make();

    [Test]
    public void A_feature_that_is_not_read_has_no_importance()
    {
        FeatureImportance found = FeatureImportance.Of(Data, ReadSecond, repeats: 5, seed: 1);
        Assert.That((found.Dropped[0], found.Permuted[0], found.Dropped[2], found.Permuted[2]), Is.EqualTo((0.0, 0.0, 0.0, 0.0)));
    }

    /// <summary>Zero is class 0 of all, and a permutation agrees by chance in half of the points.</summary>
    [Test]
    public void The_feature_that_is_read_is_worth_what_chance_leaves()
    {
        FeatureImportance found = FeatureImportance.Of(Data, ReadSecond, repeats: 20, seed: 1);
        Assert.That(found.Dropped[1], Is.EqualTo(0.5).Within(1e-12));
        Assert.That(found.Permuted[1], Is.EqualTo(0.5).Within(0.06));
        Assert.That(found.Medley[1], Is.EqualTo((found.Dropped[1] + found.Permuted[1]) / 2));
    }

    [Test]
    public void A_seed_is_one_result() =>
        Assert.That(FeatureImportance.Of(Data, ReadSecond, 3, 7).Medley, Is.EqualTo(FeatureImportance.Of(Data, ReadSecond, 3, 7).Medley));

    [TestCase(new[] { 0.1, 0.4, 0.3 }, 1.0)]
    [TestCase(new[] { 0.4, 0.3, 0.1 }, 0.5)]
    [TestCase(new[] { 0.0, 0.0, 0.0 }, 0.5)]
    public void Recall_counts_what_is_found(double[] importances, double expected) =>
        Assert.That(FeatureImportance.Recall(importances, [1, 2]), Is.EqualTo(expected));

    private static int[] ReadSecond(double[] points) => [.. points.Chunk(3).Select(point => point[1] > 0 ? 1 : 0)];

    private static LabelledPoints Make()
    {
        double[] points = Samples.Normal<double>(new Random(1), 3 * 200);
        for (int i = 0; i < 200; i++) points[(3 * i) + 1] = (i % 2 == 0 ? 1 : -1) * (1 + Math.Abs(points[(3 * i) + 1]));
        return new(points, ReadSecond(points), 3);
    }
}
