using NUnit.Framework;
using QEngine.Statistics;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Statistics;

/// <summary>Tests of paired differences: examples of textbooks, cases computed by hand, enumeration.</summary>
public sealed class PairedTests
{
    // Student, "The probable error of a mean", 1908: hours of sleep gained by ten patients with one drug over the other.
    private static readonly double[] Sleep = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4];

    // Darwin's crossed less self-fertilised maize, in eighths of an inch: Fisher, "The Design of Experiments", 1935, chapter 3.
    private static readonly double[] Maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

    [Test]
    public void Students_example_of_the_t_test()
    {
        PairedTTest test = PairedTTest.Compute(Sleep);

        Assert.That(test.Mean, Is.EqualTo(1.58).Within(1e-15));
        Assert.That(test.Deviation, Is.EqualTo(1.229995).Within(1e-6));
        Assert.That(test.T, Is.EqualTo(4.062128).Within(1e-6));
        Assert.That(test.P, Is.EqualTo(0.002833).Within(5e-7));
    }

    // Mean 2, deviation 1, t = 2 / (1 / sqrt 3); on 2 degrees of freedom p = 1 - t / sqrt(2 + t^2) = 1 - sqrt(12 / 14).
    [Test]
    public void A_t_test_by_hand()
    {
        PairedTTest test = PairedTTest.Compute([1, 2, 3]);

        Assert.That((test.Mean, test.Deviation), Is.EqualTo((2, 1)));
        Assert.That(test.T, Is.EqualTo(Math.Sqrt(12)).Within(1e-15));
        Assert.That(test.P, Is.EqualTo(1 - Math.Sqrt(12.0 / 14)).Within(1e-15));
    }

    [Test]
    public void A_t_test_without_deviation()
    {
        Assert.That(PairedTTest.Compute([0, 0, 0]), Is.EqualTo(new PairedTTest(0, 0, 0, 1)));
        Assert.That(PairedTTest.Compute([0.1, 0.1, 0.1]), Is.EqualTo(new PairedTTest(0.1 + 0.1 + 0.1 is var sum ? sum / 3 : 0, 0, null, null)));
        Assert.That(PairedTTest.Compute([0.9 - 0.8, 0.3 - 0.2, 0.1]).T, Is.Null, "rounding is no deviation");
        Assert.That(() => PairedTTest.Compute([1]), Throws.ArgumentException);
    }

    // Fisher counts 835 sums above 314, the one found, and 28 equal to it, of 2^15, and as many on the other side.
    [Test]
    public void Fishers_example_of_the_randomisation_test()
    {
        SignFlipTest test = SignFlipTest.Compute(Maize, 1, new SplittableRandom(1));

        Assert.That(test, Is.EqualTo(new SignFlipTest(2 * 863 / 32768.0, true)));
        Assert.That(PairedTTest.Compute(Maize).T, Is.EqualTo(2.148).Within(5e-4), "as he gives it");
    }

    [Property]
    public bool Few_differences_are_tested_by_enumeration(sbyte[] values)
    {
        int[] differences = [.. values.Take(10).Select(value => (int)value)];
        int[] sums = [0];
        foreach (int difference in differences) sums = [.. sums.Select(sum => sum + difference), .. sums.Select(sum => sum - difference)];
        double expected = sums.Count(sum => Math.Abs(sum) >= Math.Abs(differences.Sum())) / (double)sums.Length;

        // Tenths are not exact, so that equal sums differ in their last places.
        SignFlipTest test = SignFlipTest.Compute([.. differences.Select(difference => difference / 10.0)], 1, new SplittableRandom(1));

        return test.Exact && test.P == expected;
    }

    [Test]
    public void Sixteen_differences_are_exact_and_zeros_do_not_count()
    {
        double[] sixteen = [.. Enumerable.Repeat(1.0, 16)], more = [.. sixteen, 0, 0, 0];

        Assert.That(SignFlipTest.Compute(sixteen, 1, new SplittableRandom(1)), Is.EqualTo(new SignFlipTest(2 / 65536.0, true)));
        Assert.That(SignFlipTest.Compute(more, 1, new SplittableRandom(1)), Is.EqualTo(new SignFlipTest(2 / 65536.0, true)));
        Assert.That(SignFlipTest.Compute([.. sixteen, 1], 1, new SplittableRandom(1)).Exact, Is.False);
        Assert.That(SignFlipTest.Compute([0, 0], 1, new SplittableRandom(1)), Is.EqualTo(new SignFlipTest(1, true)));
        Assert.That(() => SignFlipTest.Compute(sixteen, 0, new SplittableRandom(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Random_sign_flips_come_close_to_all_of_them()
    {
        double[] twenty = [.. Maize, 12, -30, 9, 41, -5];
        int sum = (int)twenty.Sum(), extreme = 0;
        for (int signs = 0; signs < 1 << 20; signs++)
        {
            int signed = 0;
            for (int i = 0; i < 20; i++) signed += (signs >> i & 1) == 0 ? (int)twenty[i] : -(int)twenty[i];
            if (Math.Abs(signed) >= sum) extreme++;
        }
        double exact = extreme / (double)(1 << 20);

        SignFlipTest test = SignFlipTest.Compute(twenty, 100_000, new SplittableRandom(3));

        Assert.That(test.Exact, Is.False);
        Assert.That(test.P, Is.EqualTo(exact).Within(4 * Math.Sqrt(exact * (1 - exact) / 100_000)));
        Assert.That(SignFlipTest.Compute(twenty, 100_000, new SplittableRandom(3)), Is.EqualTo(test), "same seed, same bits");
    }

    [Test]
    public void Random_sign_flips_never_give_zero() =>
        Assert.That(SignFlipTest.Compute([.. Enumerable.Repeat(1.0, 100)], 999, new SplittableRandom(1)).P, Is.EqualTo(1 / 1000.0));

    // Of two hundred samples without an effect about one in twenty has p below 0.05, by either test.
    [Test]
    public void The_tests_keep_their_level()
    {
        SplittableRandom random = new(17);
        int byT = 0, bySigns = 0;
        for (int sample = 0; sample < 200; sample++)
        {
            double[] differences = new double[25];
            for (int i = 0; i < differences.Length; i++) differences[i] = random.NextGaussian();
            if (PairedTTest.Compute(differences).P < 0.05) byT++;
            if (SignFlipTest.Compute(differences, 999, random.Split((ulong)sample)).P < 0.05) bySigns++;
        }

        // Binomial with mean 10 and deviation 3.1.
        Assert.That(byT, Is.InRange(2, 20));
        Assert.That(bySigns, Is.InRange(2, 20));
    }
}
