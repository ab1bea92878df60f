namespace QEngine.Tools.Lab;

/// <summary>Points of the square from 0 to 2 pi, within a circle about its middle that is half of its area, and outside.</summary>
internal static class CircleData
{
    /// <summary>Draws data.</summary>
    /// <param name="seed">Same seed, same data.</param>
    /// <param name="training">Training points of each label.</param>
    /// <param name="test">Test points of each label.</param>
    public static TwoLabelData Create(ulong seed, int training, int test)
    {
        SplittableRandom random = new(seed);
        return TwoLabelData.Draw(2, training, test, Draw);

        double[] Draw(int label)
        {
            while (true)
            {
                double x = (2 * random.NextDouble()) - 1, y = (2 * random.NextDouble()) - 1;
                bool isWithin = Math.PI * ((x * x) + (y * y)) < 2;
                if (isWithin == (label == 0)) return [Math.PI * (1 + x), Math.PI * (1 + y)];
            }
        }
    }
}
