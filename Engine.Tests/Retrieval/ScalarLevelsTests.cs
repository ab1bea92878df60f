using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

public sealed class ScalarLevelsTests
{
    private static readonly int[] AllBits = [1, 2, 4, 8];

    /// <summary>The levels of every column from their definition, in double, and the nearest of them to every number.</summary>
    [Test]
    public void Rows_are_rounded_to_the_nearest_level_of_their_column([Values(1, 2, 4, 8)] int bits)
    {
        const int Columns = 3;
        float[] rows = Samples.Uniform<float>(4, 500 * Columns, -2, 1), rounded = [.. rows];
        rows[7] = rounded[7] = 9;
        ScalarLevels.Train(bits, Columns, rows).Round(rounded);

        for (int column = 0; column < Columns; column++)
        {
            double[] numbers = [.. rows.Chunk(Columns).Select(row => (double)row[column])];
            double[] levels = Levels(numbers, bits);
            for (int row = 0; row < numbers.Length; row++)
            {
                double nearest = levels.MinBy(level => Math.Abs(level - numbers[row]));
                // Where two levels are as near, single precision may take the other one.
                Assert.That(Math.Abs(rounded[(row * Columns) + column] - numbers[row]), Is.EqualTo(Math.Abs(nearest - numbers[row])).Within(2e-6), $"row {row}");
                Assert.That(levels.Min(level => Math.Abs(level - rounded[(row * Columns) + column])), Is.LessThan(2e-6));
            }
        }
    }

    /// <summary>
    /// Mean squared errors of the best equal steps for normal numbers, as Max (IRE Transactions on Information Theory 6, 1960) has them:
    /// 0.3634, 0.1188 and 0.0115 of the variance for one, two and four bits.
    /// </summary>
    [TestCase(1, 0.3634, 1)]
    [TestCase(2, 0.1188, 2)]
    [TestCase(4, 0.01154, 20)]
    public void Normal_numbers_lose_about_as_little_as_they_can(int bits, double least, double percent)
    {
        SplittableRandom random = new(3);
        float[] rows = new float[200_000];
        foreach (ref float value in rows.AsSpan()) value = (float)(5 + (3 * random.NextGaussian()));
        float[] rounded = [.. rows];
        ScalarLevels.Train(bits, 1, rows).Round(rounded);

        Assert.That(rows.Zip(rounded, (x, y) => ((double)x - y) * (x - y)).Average() / 9, Is.EqualTo(least).Within(percent).Percent);
    }

    [Property(MaxTest = 60)]
    public void What_is_rounded_stays_and_keeps_its_order(int seed)
    {
        float[] rows = Samples.Uniform<float>(seed, 40, -3, 3);
        foreach (int bits in AllBits)
        {
            ScalarLevels levels = ScalarLevels.Train(bits, 1, rows);
            float[] once = [.. rows], twice;
            levels.Round(once);
            twice = [.. once];
            levels.Round(twice);

            Assert.That(twice, Is.EqualTo(once));
            Assert.That(once.Distinct().Count(), Is.LessThanOrEqualTo(1 << bits));
            int[] order = [.. Enumerable.Range(0, rows.Length).OrderBy(i => rows[i])];
            Assert.That(order.Select(i => once[i]), Is.Ordered);
        }
    }

    [Test]
    public void Numbers_that_do_not_fit_are_refused()
    {
        Assert.That(() => new ScalarLevels(3, [0], [1]), Throws.TypeOf<QEngineException>().With.Message.EqualTo("codes: expected 1, 2, 4 or 8 bits, found 3"));
        Assert.That(() => ScalarLevels.Train(2, 0, [1]), BadArgument.Named("rows", "found 1 numbers"));
    }

    private static double[] Levels(double[] numbers, int bits)
    {
        double mean = numbers.Average(), deviation = Math.Sqrt(numbers.Average(x => (x - mean) * (x - mean)));
        double reach = bits switch { 1 => numbers.Average(x => Math.Abs(x - mean)), 2 => 1.5 * deviation, 4 => 2.25 * deviation, _ => double.PositiveInfinity };
        (double low, double high) = bits == 1 ? (mean - reach, mean + reach) : (Math.Max(numbers.Min(), mean - reach), Math.Min(numbers.Max(), mean + reach));
        int count = 1 << bits;
        return [.. Enumerable.Range(0, count).Select(i => low + ((high - low) * i / (count - 1)))];
    }
}
