namespace QEngine.Tools.Lab;

/// <summary>How much a classifier's accuracy rests on every feature, with what a feature map makes of it.</summary>
/// <param name="Dropped">[features], accuracy lost where the feature is 0 in every point.</param>
/// <param name="Permuted">[features], accuracy lost where its values are exchanged among the points, on average.</param>
internal sealed record FeatureImportance(double[] Dropped, double[] Permuted)
{
    /// <summary>[features], the mean of the two: Q-MEDLEY (Barua et al., QuXAI, arXiv 2505.10167).</summary>
    public double[] Medley
    {
        get
        {
            double[] means = new double[Dropped.Length];
            for (int i = 0; i < means.Length; i++) means[i] = (Dropped[i] + Permuted[i]) / 2;
            return means;
        }
    }

    /// <summary>Measures a trained classifier, which is not trained again.</summary>
    /// <param name="data">Points with labels; the classifier need not know them.</param>
    /// <param name="predict">From points to classes.</param>
    /// <param name="repeats">Permutations of each feature, at least 1; published are 5.</param>
    /// <param name="seed">Same seed, same permutations.</param>
    public static FeatureImportance Of(LabelledPoints data, Func<double[], int[]> predict, int repeats, ulong seed)
    {
        double all = Accuracy(data.Points);
        double[] dropped = new double[data.Features], permuted = new double[data.Features];
        SplittableRandom random = new(seed);
        double[] column = new double[data.Count];
        for (int feature = 0; feature < data.Features; feature++)
        {
            dropped[feature] = all - Accuracy(With(new double[data.Count]));
            for (int i = 0; i < column.Length; i++) column[i] = data.Points[(i * data.Features) + feature];
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                random.Shuffle<double>(column);
                permuted[feature] += (all - Accuracy(With(column))) / repeats;
            }

            double[] With(double[] values)
            {
                double[] points = [.. data.Points];
                for (int i = 0; i < values.Length; i++) points[(i * data.Features) + feature] = values[i];
                return points;
            }
        }
        return new(dropped, permuted);

        double Accuracy(double[] points) => data.Accuracy(predict(points));
    }

    /// <summary>Share of some features that are among as many of highest importance; of equal ones the first counts.</summary>
    /// <param name="importances">[features].</param>
    /// <param name="expected">The features that matter.</param>
    public static double Recall(double[] importances, int[] expected)
    {
        int[] order = [.. Enumerable.Range(0, importances.Length).OrderByDescending(i => importances[i])];
        return (double)order.Take(expected.Length).Intersect(expected).Count() / expected.Length;
    }
}
