using NUnit.Framework;
using QEngine.Statistics;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Statistics;

/// <summary>Two systems on the same items.</summary>
public sealed class PairedComparisonTests
{
    // Differences 0.2, 0.4, 0, -0.1, 0.5: mean 0.2, squares about it 0 + 0.04 + 0.04 + 0.09 + 0.09, deviation sqrt(0.26 / 4).
    [Test]
    public void A_comparison_by_hand()
    {
        PairedComparison comparison = PairedComparison.Compute([0.5, 0.9, 0.3, 0.2, 0.6], [0.3, 0.5, 0.3, 0.3, 0.1], 42);

        Assert.That((comparison.Count, comparison.Wins, comparison.Losses, comparison.Ties), Is.EqualTo((5, 3, 1, 1)));
        Assert.That(comparison.TTest.Mean, Is.EqualTo(0.2).Within(1e-15));
        Assert.That(comparison.EffectSize, Is.EqualTo(0.2 / Math.Sqrt(0.065)).Within(1e-12));
        Assert.That(comparison.TTest.T, Is.EqualTo(0.2 / Math.Sqrt(0.065 / 5)).Within(1e-12));
        // Of the sums of +-2 +-4 +-1 +-5 in tenths only 2 + 4 +-1 + 5 are 10 or more, and their opposites.
        Assert.That(comparison.SignFlips, Is.EqualTo(new SignFlipTest(4 / 16.0, true)));
        // Of all 5^5 samples in order: the means at 2.5 and 97.5 % of them. 9,999 random ones come within a step of a mean of them.
        double[] differences = [0.2, 0.4, 0, -0.1, 0.5], means = [0];
        for (int draw = 0; draw < 5; draw++) means = [.. means.SelectMany(sum => differences.Select(difference => sum + (difference / 5)))];
        Array.Sort(means);
        Assert.That(comparison.Interval.Low, Is.EqualTo(means[(int)(0.025 * means.Length)]).Within(0.02001));
        Assert.That(comparison.Interval.High, Is.EqualTo(means[(int)(0.975 * means.Length)]).Within(0.02001));
    }

    [Test]
    public void Rounding_is_no_difference()
    {
        PairedComparison comparison = PairedComparison.Compute([0.1 + 0.2, 0.7], [0.3, 0.7], 42);

        Assert.That((comparison.Wins, comparison.Ties, comparison.TTest.P, comparison.EffectSize), Is.EqualTo((0, 2, 1.0, 0.0)));
    }

    [Test]
    public void The_same_difference_everywhere_has_no_effect_size()
    {
        PairedComparison comparison = PairedComparison.Compute([0.5, 0.75, 1], [0.25, 0.5, 0.75], 42);

        Assert.That((comparison.EffectSize, comparison.TTest.T, comparison.TTest.P), Is.EqualTo(((double?)null, (double?)null, (double?)null)));
        Assert.That(comparison.SignFlips.P, Is.EqualTo(0.25));
        Assert.That(comparison.Interval, Is.EqualTo(new BootstrapInterval(0.25, 0.25)));
    }

    [Property]
    public bool Exchanging_the_systems_exchanges_the_signs(byte[] first, byte[] second)
    {
        double[] left = [.. first.Zip(second, (value, _) => value / 255.0), 0.5, 0.25], right = [.. first.Zip(second, (_, value) => value / 255.0), 0.25, 0.5];

        PairedComparison there = PairedComparison.Compute(left, right, 7), back = PairedComparison.Compute(right, left, 7);

        return there.TTest.P == back.TTest.P && there.SignFlips == back.SignFlips && there.EffectSize == -back.EffectSize
            && (there.Wins, there.Losses, there.Ties) == (back.Losses, back.Wins, back.Ties)
            && there.Interval.Low == -back.Interval.High && there.Interval.High == -back.Interval.Low;
    }

    [Test]
    public void Its_parts_are_those_of_each_test_alone_with_a_generator_of_its_own()
    {
        double[] left = [.. Enumerable.Range(0, 60).Select(i => Math.Abs(Math.Sin(i)))],
            right = [.. Enumerable.Range(0, 60).Select(i => Math.Abs(Math.Sin(1.01 * i)))];
        double[] differences = [.. left.Zip(right, (a, b) => a - b)];

        PairedComparison comparison = PairedComparison.Compute(left, right, 42);

        SplittableRandom random = new(42);
        Assert.That(comparison.TTest, Is.EqualTo(PairedTTest.Compute(differences)));
        Assert.That(comparison.SignFlips, Is.EqualTo(SignFlipTest.Compute(differences, PairedComparison.Permutations, random.Split(0))));
        Assert.That(comparison.Interval,
            Is.EqualTo(BootstrapInterval.OfMean(differences, PairedComparison.Confidence, PairedComparison.Resamples, random.Split(1))));
    }

    [Test]
    public void Same_seed_same_bits()
    {
        double[] left = [.. Enumerable.Range(0, 60).Select(i => Math.Abs(Math.Sin(i)))],
            right = [.. Enumerable.Range(0, 60).Select(i => Math.Abs(Math.Sin(1.01 * i)))];

        PairedComparison one = PairedComparison.Compute(left, right, 42);

        Assert.That(PairedComparison.Compute(left, right, 42), Is.EqualTo(one));
        Assert.That(PairedComparison.Compute(left, right, 43).Interval, Is.Not.EqualTo(one.Interval));
    }

    [Test]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.That(() => PairedComparison.Compute([1, 2], [1], 1), Throws.ArgumentException);
        Assert.That(() => PairedComparison.Compute([1], [1], 1), Throws.ArgumentException);
    }
}
