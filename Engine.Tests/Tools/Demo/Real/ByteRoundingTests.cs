using NUnit.Framework;
using QEngine.Models;
using QEngine.Tools.Demo.Real;

namespace QEngine.Tests.Tools.Demo.Real;

public sealed class ByteRoundingTests
{
    [Test]
    public void A_number_is_the_nearest_of_256_over_the_range_of_its_column([Values] Similarity similarity)
    {
        const int Rows = 200, Columns = 6;
        SplittableRandom random = new(3);
        float[] vectors = [.. Enumerable.Range(0, Rows * Columns).Select(i => (float)((random.NextDouble() - 0.5) * (1 + (i % Columns))))];

        float[] rounded = ByteRounding.Round(similarity, Columns, vectors);

        double[][] kept = [.. vectors.Chunk(Columns).Select(row => Kept(similarity, row))];
        for (int column = 0; column < Columns; column++)
        {
            double least = kept.Min(row => row[column]), step = (kept.Max(row => row[column]) - least) / 255;
            for (int row = 0; row < Rows; row++)
            {
                double found = rounded[(row * Columns) + column], place = (found - least) / step;
                Assert.That(found, Is.EqualTo(kept[row][column]).Within(0.501 * step));
                Assert.That(place, Is.EqualTo(Math.Round(place)).Within(1e-3));
            }
        }
    }

    private static double[] Kept(Similarity similarity, float[] row)
    {
        double length = similarity == Similarity.Fidelity ? 1 : Math.Sqrt(row.Sum(value => (double)value * value));
        return [.. row.Select(value => value / length)];
    }
}
