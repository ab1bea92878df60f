namespace QEngine.Benchmarks;

/// <summary>The exact GELU, x (1 + erf(x / sqrt 2)) / 2.</summary>
internal static class NaiveGelu
{
    // Beyond, the error function is 1 but for 2e-8, and the series loses its digits.
    private const double Far = 4;

    /// <summary>Of every element.</summary>
    internal static double[] Of(double[] x) => Array.ConvertAll(x, value => value * (1 + Erf(value / Math.Sqrt(2))) / 2);

    /// <summary>The Maclaurin series 2/sqrt(pi) sum of (-1)^n x^(2n+1) / (n! (2n+1)).</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > Far) return Math.Sign(x);
        double power = x, sum = x;
        for (int n = 1; n < 120; n++)
        {
            power *= -x * x / n;
            sum += power / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
