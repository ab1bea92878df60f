using NUnit.Framework;
using QEngine.Statistics;
using QEngine.Tests.Support;
using OtherT = MathNet.Numerics.Distributions.StudentT;

namespace QEngine.Tests.Statistics;

/// <summary>The mean over runs and items, against worked examples, its special cases and simulation.</summary>
public sealed class CrossedMeanTests
{
    [Test]
    public void One_run_is_the_t_test_and_its_interval()
    {
        double[] values = [0.3, -0.1, 0.25, 0.4, 0.05, -0.2, 0.15, 0.35];
        CrossedMean mean = CrossedMean.Compute([values], new SplittableRandom(1));
        PairedTTest test = PairedTTest.Compute(values);

        Assert.That(mean.Mean, Is.EqualTo(test.Mean).Within(1e-15));
        Assert.That(mean.P, Is.EqualTo(test.P!.Value).Within(1e-12));
        Assert.That(mean.DegreesOfFreedom, Is.EqualTo(7));
        Assert.That(mean.RunDeviation, Is.Null);
        // The bootstrap's interval has about the width of Student's: 2.3646 standard errors on 7 degrees of freedom.
        double half = 2.364624 * test.Deviation / Math.Sqrt(8);
        Assert.That((mean.Interval.High - mean.Interval.Low) / 2, Is.EqualTo(half).Within(0.08 * half));
    }

    [Test]
    public void Two_by_two_is_as_by_hand()
    {
        // Run means 2 and 4, item means 2.5 and 3.5; rests of +-0.5: variances of the mean 1, 0.25 and 0.25.
        CrossedMean mean = CrossedMean.Compute([[1, 3], [4, 4]], new SplittableRandom(1));

        Assert.That(mean.Mean, Is.EqualTo(3));
        Assert.That(mean.RunMeans, Is.EqualTo(new[] { 2.0, 4.0 }));
        Assert.That(mean.ItemMeans, Is.EqualTo(new[] { 2.5, 3.5 }));
        Assert.That(mean.RunDeviation, Is.EqualTo(Math.Sqrt(2)).Within(1e-15));
        Assert.That(mean.StandardError, Is.EqualTo(1).Within(1e-15));
        Assert.That(mean.DegreesOfFreedom, Is.EqualTo(1), "1 / (1 + 1/16 + 1/16) is below 1");
        Assert.That(mean.P, Is.EqualTo(2 * (0.5 - (Math.Atan(3) / Math.PI))).Within(1e-12), "Cauchy's distribution at 3");
    }

    [Test]
    public void The_smallest_detectable_difference_is_that_of_the_paired_design()
    {
        // 43 items with a standard deviation of 0.06: by a second implementation of t on 42 degrees of freedom about 0.026.
        double[] values = [.. Enumerable.Range(0, 43).Select(i => i - 21.0)];
        double scale = 0.06 / Math.Sqrt(values.Sum(value => value * value) / 42);
        CrossedMean mean = CrossedMean.Compute([[.. values.Select(value => scale * value)]], new SplittableRandom(1));

        Assert.That(mean.MinimumDetectable, Is.EqualTo((OtherT.InvCDF(0, 1, 42, 0.975) + OtherT.InvCDF(0, 1, 42, 0.8)) * 0.06 / Math.Sqrt(43)).Within(1e-9));
        Assert.That(mean.MinimumDetectable, Is.EqualTo(0.0262).Within(1e-4));
    }

    [Test]
    public void Values_that_are_all_the_same_have_no_doubt()
    {
        CrossedMean same = CrossedMean.Compute([[2, 2, 2], [2, 2, 2]], new SplittableRandom(1));
        CrossedMean none = CrossedMean.Compute([[0, 0], [0, 0]], new SplittableRandom(1));

        Assert.That((same.StandardError, same.Interval.Low, same.Interval.High, same.P), Is.EqualTo((0.0, 2.0, 2.0, (double?)null)));
        Assert.That(none.P, Is.EqualTo(1));
    }

    [Test]
    public void Order_of_runs_and_items_changes_nothing_but_draws_and_a_seed_repeats_them()
    {
        double[][] values = [[0.1, 0.5, -0.2], [0.3, 0.2, 0.0], [0.2, 0.6, -0.4]];
        double[][] turned = [[.. values[2].Reverse()], [.. values[0].Reverse()], [.. values[1].Reverse()]];
        CrossedMean one = CrossedMean.Compute(values, new SplittableRandom(5)), other = CrossedMean.Compute(turned, new SplittableRandom(5));

        Assert.That(other.StandardError, Is.EqualTo(one.StandardError).Within(1e-15));
        Assert.That(other.DegreesOfFreedom, Is.EqualTo(one.DegreesOfFreedom).Within(1e-9));
        Assert.That(CrossedMean.Compute(values, new SplittableRandom(5)).Interval, Is.EqualTo(one.Interval));
    }

    [Test]
    public void Too_little_or_ragged_values_are_refused()
    {
        Assert.That(() => CrossedMean.Compute([], new SplittableRandom(1)), Throws.ArgumentException);
        Assert.That(() => CrossedMean.Compute([[1]], new SplittableRandom(1)), Throws.ArgumentException);
        Assert.That(() => CrossedMean.Compute([[1, 2], [1, 2, 3]], new SplittableRandom(1)), Throws.ArgumentException);
    }

    /// <summary>
    /// Of many studies 95 % of the intervals hold the true mean, and the tests reject 5 % of true hypotheses, whichever of runs, items and
    /// both together vary most.
    /// </summary>
    [TestCase(1, 0.0, 1.0, 0.0)]
    [TestCase(3, 0.2, 1.0, 0.5)]
    [TestCase(5, 0.0, 0.5, 1.0)]
    [TestCase(5, 0.5, 0.5, 0.5)]
    [TestCase(5, 1.0, 0.2, 0.2)]
    [TestCase(20, 0.1, 0.5, 0.5)]
    [Category("Slow")]
    public void Intervals_hold_the_mean_as_often_as_they_say(int runs, double ofRuns, double ofItems, double ofBoth)
    {
        const int Studies = 400, Items = 43;
        Random random = new(11);
        int held = 0, rejected = 0;
        for (int study = 0; study < Studies; study++)
        {
            double[] items = Samples.Normal<double>(random, Items, ofItems);
            double[][] values = new double[runs][];
            for (int run = 0; run < runs; run++)
            {
                double own = ofRuns * Samples.Normal(random);
                values[run] = [.. items.Select(item => item + own + (ofBoth * Samples.Normal(random)))];
            }
            CrossedMean mean = CrossedMean.Compute(values, new SplittableRandom((ulong)study));
            if (mean.Interval.Low <= 0 && mean.Interval.High >= 0) held++;
            if (mean.P < 0.05) rejected++;
        }
        TestContext.Out.WriteLine($"{(double)held / Studies} held, {(double)rejected / Studies} rejected");
        // 400 studies tell 0.95 within 0.03; runs few and as large as items are where the approximation is worst, 0.92.
        Assert.That((double)held / Studies, Is.InRange(0.905, 0.995));
        Assert.That((double)rejected / Studies, Is.InRange(0.005, 0.095));
    }

    /// <summary>A mean of the size that the design is said to detect is found about eight times of ten.</summary>
    [Test]
    [Category("Slow")]
    public void The_power_is_what_it_says()
    {
        const int Studies = 600, Items = 43, Runs = 5;
        Random random = new(3);
        double Study(double shift, out double? p)
        {
            double[] items = Samples.Normal<double>(random, Items, 0.5);
            double[][] values = [.. Enumerable.Range(0, Runs).Select(_ =>
                items.Select(item => shift + item + (0.5 * Samples.Normal(random))).ToArray())];
            CrossedMean mean = CrossedMean.Compute(values, new SplittableRandom(1));
            p = mean.P;
            return mean.MinimumDetectable;
        }

        double detectable = Enumerable.Range(0, 50).Average(_ => Study(0, out double? _));
        int found = 0;
        for (int i = 0; i < Studies; i++)
        {
            Study(detectable, out double? p);
            if (p < 0.05) found++;
        }
        Assert.That((double)found / Studies, Is.InRange(0.74, 0.88));
    }
}
