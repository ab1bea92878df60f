namespace QEngine.Statistics;

/// <summary>Student's t distribution.</summary>
internal static class StudentT
{
    /// <summary>The probability of a value at least as far from 0 as <paramref name="t"/>, on either side.</summary>
    /// <param name="t">The statistic, not NaN.</param>
    /// <param name="degreesOfFreedom">Above 0.</param>
    /// <returns>0 to 1: I_x(df / 2, 1 / 2) at x = df / (df + t^2).</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double TwoSided(double t, double degreesOfFreedom)
    {
        if (double.IsNaN(t)) throw new ArgumentOutOfRangeException(nameof(t));
        if (!(degreesOfFreedom > 0)) throw new ArgumentOutOfRangeException(nameof(degreesOfFreedom));
        if (double.IsInfinity(t * t)) return 0;
        double whole = degreesOfFreedom + (t * t);
        return IncompleteBeta.Regularized(degreesOfFreedom / 2, 0.5, degreesOfFreedom / whole, t * t / whole);
    }

    /// <summary>The normal distribution's quantile at 0.975.</summary>
    public const double Normal975 = 1.959963984540054;

    /// <summary>The value that is exceeded, on either side, with a probability: the inverse of <see cref="TwoSided"/>.</summary>
    /// <param name="p">Between 0 and 1.</param>
    /// <param name="degreesOfFreedom">Above 0.</param>
    /// <returns>Above 0, to about 1e-13 relative.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Quantile(double p, double degreesOfFreedom)
    {
        if (!(p > 0 && p < 1)) throw new ArgumentOutOfRangeException(nameof(p));
        double low = 0, high = 1;
        while (TwoSided(high, degreesOfFreedom) > p) (low, high) = (high, 2 * high);
        for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (TwoSided(middle, degreesOfFreedom) > p) low = middle;
            else high = middle;
        }
        return high;
    }
}
