namespace QEngine.Statistics;

/// <summary>The regularised incomplete beta function, the distribution function under Student's t, F and the binomial.</summary>
internal static class IncompleteBeta
{
    private const int MaxTerms = 100_000;
    private const double Tiny = 1e-300;

    // Lanczos's approximation of the gamma function with g = 7 and nine terms, as computed by Godfrey.
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
        -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>I_x(a, b) = B(x; a, b) / B(a, b), to about 1e-13 relative for a and b up to a few hundred, 1e-10 up to a million.</summary>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    /// <param name="x">0 to 1.</param>
    /// <param name="rest">1 - x, given apart so that it keeps its digits where x is near 1.</param>
    /// <returns>0 to 1.</returns>
    public static double Regularized(double a, double b, double x, double rest)
    {
        if (x <= 0) return 0;
        if (rest <= 0) return 1;
        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(rest)));
        // The fraction converges fast on one side of the mean; the other side follows by symmetry.
        double value = x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, rest) / b);
        return Math.Clamp(value, 0, 1);
    }

    /// <summary>ln Gamma(x) for x above 0.</summary>
    /// <param name="x">Above 0.</param>
    internal static double LogGamma(double x)
    {
        // Below one half by the recurrence, which keeps all arguments where the approximation is good.
        if (x < 0.5) return LogGamma(x + 1) - Math.Log(x);
        double z = x - 1;
        double sum = Lanczos[0];
        for (int i = 1; i < Lanczos.Length; i++) sum += Lanczos[i] / (z + i);
        double t = z + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((z + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    // Abramowitz and Stegun 26.5.8 by the method of Lentz, as modified by Thompson and Barnett (1986).
    private static double Fraction(double a, double b, double x)
    {
        double c = 1;
        double d = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        double value = d;
        for (int m = 1; m < MaxTerms; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            double step = d * c;
            value *= step;
            if (Math.Abs(step - 1) < 1e-16) break;
        }
        return value;
    }

    private static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
