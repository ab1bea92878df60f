namespace QEngine.Statistics;

/// <summary>The paired t-test of the hypothesis that differences have the mean 0. Student (Gosset), 1908.</summary>
/// <param name="Mean">The mean difference.</param>
/// <param name="Deviation">The differences' standard deviation, with n - 1.</param>
/// <param name="T">Mean / (deviation / sqrt n); null where the differences are all the same but not 0, so that it is not defined.</param>
/// <param name="P">Two-sided, on n - 1 degrees of freedom; null as <paramref name="T"/>.</param>
public readonly record struct PairedTTest(double Mean, double Deviation, double? T, double? P)
{
    // Below it the deviation is the rounding of differences that are the same.
    private const double Rounding = 1e-14;

    /// <summary>Tests differences.</summary>
    /// <param name="differences">At least two, finite.</param>
    /// <returns>The test; t is 0 and p is 1 where all differences are 0.</returns>
    /// <exception cref="ArgumentException">Fewer than two differences.</exception>
    public static PairedTTest Compute(ReadOnlySpan<double> differences)
    {
        int n = differences.Length;
        if (n < 2) throw new ArgumentException("a t-test needs at least two differences", nameof(differences));
        double sum = 0;
        foreach (double difference in differences) sum += difference;
        double mean = sum / n;
        double squares = 0;
        foreach (double difference in differences) squares += (difference - mean) * (difference - mean);
        double deviation = Math.Sqrt(squares / (n - 1));
        if (deviation <= Rounding * Math.Abs(mean)) return mean == 0 ? new PairedTTest(0, 0, 0, 1) : new PairedTTest(mean, 0, null, null);
        double t = mean / (deviation / Math.Sqrt(n));
        return new PairedTTest(mean, deviation, t, StudentT.TwoSided(t, n - 1));
    }
}
