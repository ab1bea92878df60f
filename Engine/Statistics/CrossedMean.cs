namespace QEngine.Statistics;

/// <summary>
/// The mean of values that every one of some items has in every one of some runs, queries and seeds for instance, and how sure it is of
/// other items and other runs: both are drawn from many.
/// </summary>
/// <remarks>
/// Variance of the mean: that of the runs' means and that of the items' means, each over its number, less what both hold of the interaction
/// (Cornfield and Tukey, 1956), but no less than the larger. Degrees of freedom as Satterthwaite (1946) has them. With one run the items
/// alone vary.
/// </remarks>
internal sealed record CrossedMean
{
    /// <summary>Of the interval.</summary>
    public const double Confidence = 0.95;

    /// <summary>Of <see cref="MinimumDetectable"/>.</summary>
    public const double Power = 0.8;

    private const int Resamples = 9_999;
    private const double Rounding = 1e-14;

    private CrossedMean()
    {
    }

    /// <summary>The mean of all values.</summary>
    public double Mean { get; private init; }

    /// <summary>The mean of every run.</summary>
    public double[] RunMeans { get; private init; } = [];

    /// <summary>The mean of every item.</summary>
    public double[] ItemMeans { get; private init; } = [];

    /// <summary>Standard deviation of the runs' means, with n - 1; null with one run.</summary>
    public double? RunDeviation { get; private init; }

    /// <summary>Standard error of the mean.</summary>
    public double StandardError { get; private init; }

    /// <summary>Degrees of freedom of the standard error.</summary>
    public double DegreesOfFreedom { get; private init; }

    /// <summary>
    /// The 95 % interval by the hierarchical bootstrap: runs and items are drawn with replacement at a time. The draws' deviations are
    /// stretched so that they have the standard error's variance, and by t over the normal quantile for few runs or items.
    /// </summary>
    public BootstrapInterval Interval { get; private init; }

    /// <summary>
    /// Two-sided p-value of the hypothesis that the mean is 0, by t; null where no value differs from a mean that is not 0.
    /// </summary>
    public double? P { get; private init; }

    /// <summary>
    /// The smallest mean other than 0 that a study of this design, with as many runs and items and their variance, finds at the level
    /// 0.05 with a probability of 0.8: (t(0.975) + t(0.8)) standard errors (Bloom, 1995).
    /// </summary>
    public double MinimumDetectable { get; private init; }

    /// <summary>Computes it.</summary>
    /// <param name="values">[runs][items]: at least one run, at least two items, the same number in every run; finite.</param>
    /// <param name="random">Where draws come from.</param>
    /// <exception cref="ArgumentException">There are too few, or not as many items in every run.</exception>
    public static CrossedMean Compute(double[][] values, SplittableRandom random)
    {
        int runs = values.Length, items = runs == 0 ? 0 : values[0].Length;
        if (items < 2) throw new ArgumentException($"expected at least one run of two items, found {runs} of {items}", nameof(values));
        double[] runMeans = new double[runs], itemMeans = new double[items];
        for (int run = 0; run < runs; run++)
        {
            if (values[run].Length != items)
                throw new ArgumentException($"expected {items} items in every run, found {values[run].Length}", nameof(values));
            for (int item = 0; item < items; item++)
            {
                runMeans[run] += values[run][item];
                itemMeans[item] += values[run][item];
            }
        }
        double mean = Sum(runMeans) / ((double)runs * items);
        for (int run = 0; run < runs; run++) runMeans[run] /= items;
        for (int item = 0; item < items; item++) itemMeans[item] /= runs;
        double ofRuns = SquaredError(runMeans, mean), ofItems = SquaredError(itemMeans, mean);
        double ofBoth = Interaction(values, runMeans, itemMeans, mean);
        double variance = Math.Max(ofRuns + ofItems - ofBoth, Math.Max(ofRuns, ofItems)), error = Math.Sqrt(variance);
        // Values that are the same differ in their means' last digits.
        if (error <= Rounding * Math.Abs(mean)) (variance, error) = (0, 0);
        double degrees = Degrees(variance, ofRuns, ofItems, ofBoth, runs, items);
        double wide = StudentT.Quantile(1 - Confidence, degrees);
        double stretch = variance > 0 ? error / Math.Sqrt(ofRuns + ofItems) * wide / StudentT.Normal975 : 0;
        return new CrossedMean
        {
            Mean = mean,
            RunMeans = runMeans,
            ItemMeans = itemMeans,
            RunDeviation = runs > 1 ? Math.Sqrt(ofRuns * runs) : null,
            StandardError = error,
            DegreesOfFreedom = degrees,
            Interval = Bootstrap(runMeans, itemMeans, mean, stretch, random),
            P = variance > 0 ? StudentT.TwoSided(mean / error, degrees) : mean == 0 ? 1 : null,
            MinimumDetectable = (wide + StudentT.Quantile(2 * (1 - Power), degrees)) * error,
        };
    }

    private static BootstrapInterval Bootstrap(
        double[] runMeans, double[] itemMeans, double mean, double stretch, SplittableRandom random)
    {
        double runScale = Unbiased(runMeans.Length), itemScale = Unbiased(itemMeans.Length);
        double[] means = new double[Resamples];
        for (int i = 0; i < means.Length; i++)
        {
            double deviation = (runScale * Draw(runMeans, mean, ref random)) + (itemScale * Draw(itemMeans, mean, ref random));
            means[i] = mean + (stretch * deviation);
        }
        Array.Sort(means);
        // Of m sorted means the i-th estimates the quantile i / (m + 1).
        int low = (int)Math.Round((1 - Confidence) / 2 * (Resamples + 1)) - 1;
        return new BootstrapInterval(means[low], means[Resamples - 1 - low]);
    }

    private static double Draw(double[] means, double mean, ref SplittableRandom random)
    {
        if (means.Length == 1) return 0;
        double sum = 0;
        for (int draw = 0; draw < means.Length; draw++) sum += means[random.NextInt(means.Length)] - mean;
        return sum / means.Length;
    }

    // Draws from n numbers vary less than what the numbers are drawn from, by (n - 1) / n.
    private static double Unbiased(int count) => count > 1 ? Math.Sqrt((double)count / (count - 1)) : 0;

    private static double Degrees(double variance, double ofRuns, double ofItems, double ofBoth, int runs, int items)
    {
        if (variance == 0 || runs == 1) return items - 1;
        double spread = (ofRuns * ofRuns / (runs - 1)) + (ofItems * ofItems / (items - 1))
            + (ofBoth * ofBoth / ((runs - 1.0) * (items - 1)));
        return Math.Clamp(variance * variance / spread, 1, ((double)runs * items) - 1);
    }

    /// <summary>Variance of the mean of means.</summary>
    private static double SquaredError(double[] means, double mean)
    {
        if (means.Length == 1) return 0;
        double squares = 0;
        foreach (double value in means) squares += (value - mean) * (value - mean);
        return squares / (means.Length - 1) / means.Length;
    }

    /// <summary>The part of either that is neither the runs' nor the items'.</summary>
    private static double Interaction(double[][] values, double[] runMeans, double[] itemMeans, double mean)
    {
        int runs = runMeans.Length, items = itemMeans.Length;
        if (runs == 1) return 0;
        double squares = 0;
        for (int run = 0; run < runs; run++)
        {
            for (int item = 0; item < items; item++)
            {
                double rest = values[run][item] - runMeans[run] - itemMeans[item] + mean;
                squares += rest * rest;
            }
        }
        return squares / ((runs - 1.0) * (items - 1)) / ((double)runs * items);
    }

    private static double Sum(double[] values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }
}
