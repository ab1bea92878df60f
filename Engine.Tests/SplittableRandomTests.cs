using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests;

internal sealed class SplittableRandomTests
{
    private const int Draws = 100_000;

    /// <summary>The published first numbers of SplitMix64 (Vigna's reference program, Rosetta Code).</summary>
    [TestCase(1234567ul, new[] { 6457827717110365317ul, 3203168211198807973ul, 9817491932198370423ul, 4593380528125082431ul, 16408922859458223821ul })]
    [TestCase(0ul, new[] { 0xE220A8397B1DCDAFul, 0x6E789E6AA1B965F4ul, 0x06C45D188009454Ful, 0xF88BB8A8724C81ECul, 0x1B39896A51A8749Bul })]
    public void The_bits_are_those_of_SplitMix64(ulong seed, ulong[] expected)
    {
        SplittableRandom random = new(seed);

        Assert.That(expected.Select(_ => random.NextBits()).ToArray(), Is.EqualTo(expected));
    }

    [Property]
    public bool A_generator_of_its_state_continues_the_sequence(ulong seed)
    {
        SplittableRandom random = new(seed);
        random.NextBits();
        SplittableRandom continued = new(random.State);
        return continued.NextBits() == random.NextBits();
    }

    [Property]
    public bool Splitting_draws_nothing_and_is_repeatable(ulong seed, ulong part)
    {
        SplittableRandom random = new(seed), untouched = new(seed);
        SplittableRandom first = random.Split(part), second = random.Split(part);
        return first.NextBits() == second.NextBits() && random.NextBits() == untouched.NextBits();
    }

    [Test]
    public void Parts_are_uncorrelated_with_each_other_and_with_the_whole()
    {
        SplittableRandom whole = new(11), first = whole.Split(0), second = whole.Split(1), third = whole.Split(2);
        SplittableRandom[] all = [whole, first, second, third];
        double[][] streams = [.. all.Select(random => Draw(random, r => r.NextDouble() - 0.5))];
        for (int i = 0; i < streams.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                // The product of two independent uniforms on [-1/2, 1/2] has deviation 1/12.
                double correlation = streams[i].Zip(streams[j], (a, b) => a * b).Average() * 12;
                Assert.That(correlation, Is.Zero.Within(5 / Math.Sqrt(Draws)), $"{i} and {j}");
            }
        }
    }

    [Test]
    public void Seeds_and_parts_next_to_each_other_start_differently()
    {
        HashSet<ulong> firsts = [];
        for (ulong seed = 0; seed < 100; seed++)
        {
            for (ulong part = 0; part < 100; part++)
            {
                SplittableRandom random = new SplittableRandom(seed).Split(part);
                firsts.Add(random.NextBits());
            }
        }

        Assert.That(firsts, Has.Count.EqualTo(10_000));
    }

    [Test]
    public void Every_bit_is_set_half_the_time()
    {
        SplittableRandom random = new(3);
        int[] set = new int[64];
        for (int draw = 0; draw < Draws; draw++)
        {
            ulong bits = random.NextBits();
            for (int bit = 0; bit < 64; bit++) set[bit] += (int)(bits >> bit & 1);
        }

        Assert.That(set, Is.All.InRange((Draws / 2) - (2.5 * Math.Sqrt(Draws)), (Draws / 2) + (2.5 * Math.Sqrt(Draws))));
    }

    [Test]
    public void Doubles_are_uniform_from_0_to_below_1()
    {
        double[] values = Draw(new SplittableRandom(4), random => random.NextDouble());

        Assert.That(values, Is.All.InRange(0, 1).And.All.LessThan(1));
        Assert.That(ChiSquare(values.Select(value => (int)(value * 100)), cells: 100), Is.LessThan(160));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(100)]
    public void Integers_are_uniform_below_the_count(int count)
    {
        double[] values = Draw(new SplittableRandom(5), random => random.NextInt(count));

        Assert.That(values, Is.All.InRange(0, count - 1));
        // The mean of chi square is count - 1, its deviation the root of twice that.
        Assert.That(ChiSquare(values.Select(value => (int)value), count), Is.LessThan(count + (5 * Math.Sqrt(2 * count))));
    }

    [Test]
    public void An_integer_below_less_than_one_is_refused() =>
        Assert.That(() => new SplittableRandom(1).NextInt(0), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Gaussians_have_the_moments_of_the_standard_normal()
    {
        double[] values = Draw(new SplittableRandom(6), random => random.NextGaussian());
        double error = 5 / Math.Sqrt(Draws);

        Assert.That(values.Average(), Is.Zero.Within(error));
        Assert.That(values.Average(x => x * x), Is.EqualTo(1).Within(error * Math.Sqrt(2)));
        Assert.That(values.Average(x => x * x * x), Is.Zero.Within(error * Math.Sqrt(15)));
        Assert.That(values.Average(x => x * x * x * x), Is.EqualTo(3).Within(error * Math.Sqrt(96)));
    }

    [Property]
    public bool Shuffling_permutes(int[] items, ulong seed)
    {
        int[] shuffled = [.. items];
        new SplittableRandom(seed).Shuffle(shuffled.AsSpan());
        return shuffled.Order().SequenceEqual(items.Order());
    }

    [Test]
    public void Shuffling_makes_every_order_equally_likely()
    {
        SplittableRandom random = new(7);
        List<int> orders = [];
        for (int draw = 0; draw < 24_000; draw++)
        {
            int[] items = [0, 1, 2, 3];
            random.Shuffle(items.AsSpan());
            orders.Add((items[0] * 6) + (2 * Rank(items[1..])) + (items[2] < items[3] ? 0 : 1));
        }

        Assert.That(ChiSquare(orders, cells: 24), Is.LessThan(24 + (5 * Math.Sqrt(48))));
    }

    private static int Rank(int[] items) => items.Count(item => item < items[0]);

    private static double[] Draw(SplittableRandom random, Func<SplittableRandomBox, double> next)
    {
        SplittableRandomBox box = new(random);
        return [.. Enumerable.Range(0, Draws).Select(_ => next(box))];
    }

    private static double ChiSquare(IEnumerable<int> values, int cells)
    {
        int[] counts = new int[cells];
        foreach (int value in values) counts[value]++;
        double expected = (double)counts.Sum() / cells;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    /// <summary>One generator for a lambda to draw from, rather than a copy each time.</summary>
    private sealed class SplittableRandomBox(SplittableRandom random)
    {
        private SplittableRandom _random = random;

        public double NextDouble() => _random.NextDouble();

        public double NextInt(int count) => _random.NextInt(count);

        public double NextGaussian() => _random.NextGaussian();
    }
}
