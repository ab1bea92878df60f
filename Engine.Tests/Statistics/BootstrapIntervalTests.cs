using NUnit.Framework;
using QEngine.Statistics;

namespace QEngine.Tests.Statistics;

/// <summary>The percentile bootstrap: samples whose distribution is known, and how often intervals hold the truth.</summary>
public sealed class BootstrapIntervalTests
{
    [Test]
    public void A_constant_sample_has_no_width()
    {
        Assert.That(BootstrapInterval.OfMean([0.25, 0.25], 0.95, 99, new SplittableRandom(1)), Is.EqualTo(new BootstrapInterval(0.25, 0.25)));
        Assert.That(BootstrapInterval.OfMean([-3], 0.95, 1, new SplittableRandom(1)), Is.EqualTo(new BootstrapInterval(-3, -3)));
    }

    // Ten times the mean is binomial (10, 1/2): at most 1 with probability 0.011, at most 2 with 0.055, so the quantile 0.025 is 2.
    [Test]
    public void Zeros_and_ones_have_the_quantiles_of_the_binomial()
    {
        BootstrapInterval interval = BootstrapInterval.OfMean([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], 0.95, 9_999, new SplittableRandom(1));

        Assert.That((interval.Low, interval.High), Is.EqualTo((0.2, 0.8)));
    }

    [Test]
    public void The_ends_are_means_in_order()
    {
        double[] values = [0.3, -0.1, 0.8, 0.2];
        double[] means = new double[39];
        SplittableRandom random = new(8);
        for (int i = 0; i < means.Length; i++)
        {
            for (int draw = 0; draw < 4; draw++) means[i] += values[random.NextInt(4)];
            means[i] /= 4;
        }
        Array.Sort(means);

        // (39 + 1) 0.025 = 1, (39 + 1) 0.05 = 2.
        Assert.That(BootstrapInterval.OfMean(values, 0.95, 39, new SplittableRandom(8)), Is.EqualTo(new BootstrapInterval(means[0], means[38])));
        Assert.That(BootstrapInterval.OfMean(values, 0.90, 39, new SplittableRandom(8)), Is.EqualTo(new BootstrapInterval(means[1], means[37])));
    }

    [Test]
    public void Nine_in_ten_intervals_and_more_hold_the_mean()
    {
        SplittableRandom random = new(23);
        int held = 0;
        for (int sample = 0; sample < 300; sample++)
        {
            double[] values = new double[40];
            for (int i = 0; i < values.Length; i++) values[i] = 0.3 + random.NextGaussian();
            BootstrapInterval interval = BootstrapInterval.OfMean(values, 0.95, 999, random.Split((ulong)sample));
            if (interval.Low <= 0.3 && interval.High >= 0.3) held++;
        }

        // At 40 values the percentile interval holds it in about 94 % of samples; four deviations of the count are 17.
        Assert.That(held, Is.InRange(265, 299));
    }

    [Test]
    public void What_makes_no_interval_is_refused()
    {
        Assert.That(() => BootstrapInterval.OfMean([], 0.95, 9, new SplittableRandom(1)), Throws.ArgumentException);
        Assert.That(() => BootstrapInterval.OfMean([1], 1, 9, new SplittableRandom(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => BootstrapInterval.OfMean([1], double.NaN, 9, new SplittableRandom(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => BootstrapInterval.OfMean([1], 0.95, 0, new SplittableRandom(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
