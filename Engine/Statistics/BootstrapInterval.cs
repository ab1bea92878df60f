namespace QEngine.Statistics;

/// <summary>
/// A confidence interval of a mean by the percentile bootstrap: the quantiles of the means of samples drawn with replacement. Efron, 1979.
/// </summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct BootstrapInterval(double Low, double High)
{
    /// <summary>Computes the interval.</summary>
    /// <param name="values">The sample, at least one value, finite.</param>
    /// <param name="confidence">Between 0 and 1, for instance 0.95.</param>
    /// <param name="resamples">
    /// Samples drawn, at least 1; with 9,999 the ends of a 95 % interval are the 250th and the 9,750th mean.
    /// </param>
    /// <param name="random">Where they come from.</param>
    /// <returns>The interval.</returns>
    /// <exception cref="ArgumentException">No values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static BootstrapInterval OfMean(ReadOnlySpan<double> values, double confidence, int resamples, SplittableRandom random)
    {
        if (values.IsEmpty) throw new ArgumentException("a bootstrap needs at least one value", nameof(values));
        if (!(confidence > 0 && confidence < 1)) throw new ArgumentOutOfRangeException(nameof(confidence));
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        double[] means = new double[resamples];
        for (int i = 0; i < resamples; i++)
        {
            double sum = 0;
            for (int draw = 0; draw < values.Length; draw++) sum += values[random.NextInt(values.Length)];
            means[i] = sum / values.Length;
        }
        Array.Sort(means);
        // Of m sorted means the i-th estimates the quantile i / (m + 1). The small number keeps 249.99.. from becoming 249.
        int tail = (int)(((1 - confidence) / 2 * (resamples + 1)) + 1e-9);
        int low = Math.Clamp(tail - 1, 0, (resamples - 1) / 2);
        return new BootstrapInterval(means[low], means[resamples - 1 - low]);
    }
}
