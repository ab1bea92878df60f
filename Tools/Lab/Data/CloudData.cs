namespace QEngine.Tools.Lab;

/// <summary>
/// Two clouds of normal points of deviation 0.4 about pi - 0.3 and pi + 0.3 in each of the first features, which tell them apart; the other
/// features are uniform within 1 of pi, whatever the label.
/// </summary>
internal static class CloudData
{
    /// <summary>Draws data.</summary>
    /// <param name="seed">Same seed, same data.</param>
    /// <param name="features">Numbers of a point.</param>
    /// <param name="informative">How many of the first tell the labels.</param>
    /// <param name="training">Training points of each label.</param>
    /// <param name="test">Test points of each label.</param>
    public static TwoLabelData Create(ulong seed, int features, int informative, int training, int test)
    {
        SplittableRandom random = new(seed);
        return TwoLabelData.Draw(features, training, test, Draw);

        double[] Draw(int label)
        {
            double[] point = new double[features];
            for (int i = 0; i < features; i++)
            {
                double offset = i < informative ? (label == 0 ? -0.3 : 0.3) + (0.4 * random.NextGaussian()) : (2 * random.NextDouble()) - 1;
                point[i] = Math.PI + offset;
            }
            return point;
        }
    }
}
