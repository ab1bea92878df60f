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
}
