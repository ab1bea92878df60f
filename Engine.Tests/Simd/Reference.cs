namespace QEngine.Tests.Simd;

/// <summary>Elementary functions in 28-digit decimal arithmetic, for judging the last place of a double.</summary>
internal static class Reference
{
    private const decimal TwoOverRootPi = 1.1283791670955125738961589031m, HalfPi = 1.5707963267948966192313216916m;

    /// <summary>tanh x by its continued fraction x / (1 + x^2 / (3 + x^2 / (5 + ...))), for 2^-10 &lt;= x &lt;= 24.</summary>
    public static decimal Tanh(double x)
    {
        decimal exact = Exact(x), square = exact * exact, tail = 0;
        for (int odd = 121; odd >= 3; odd -= 2) tail = square / (odd + tail);
        return exact / (1 + tail);
    }

    /// <summary>erf x = 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, all terms positive, for 2^-10 &lt;= x &lt;= 6.</summary>
    public static decimal Erf(double x)
    {
        decimal exact = Exact(x), square = exact * exact, term = exact, sum = 0;
        for (int odd = 3; term > sum * 1e-28m; odd += 2)
        {
            sum += term;
            term *= 2 * square / odd;
        }
        return TwoOverRootPi * (sum / Exp(square));
    }

    /// <summary>
    /// atan x by Euler's series x/(1 + x^2) sum of (2n)!!/(2n+1)!! (x^2/(1 + x^2))^n, of 1/x where x is above 1, for 2^-10 &lt;= x &lt;= 24.
    /// </summary>
    public static decimal Atan(double x)
    {
        decimal exact = Exact(x), argument = exact > 1 ? 1 / exact : exact, ratio = argument * argument / (1 + (argument * argument));
        decimal term = argument / (1 + (argument * argument)), sum = 0;
        for (int even = 2; term > sum * 1e-28m; even += 2)
        {
            sum += term;
            term *= ratio * even / (even + 1);
        }
        return exact > 1 ? HalfPi - sum : sum;
    }

    /// <summary>Signed distance of a result from the true value in units of the true value's last place.</summary>
    public static double Ulps(double actual, decimal expected) =>
        (double)((Exact(actual) - expected) / Spacing((double)expected));

    /// <summary>The double itself, from 2^-11 to 2^6; the platform's own conversion keeps 15 digits only.</summary>
    private static decimal Exact(double x)
    {
        int shift = 52 - Math.ILogB(x);
        return (decimal)(long)Math.ScaleB(x, shift) / (1UL << shift);
    }

    private static decimal Spacing(double x) => 1m / (1UL << (52 - Math.ILogB(x)));

    private static decimal Exp(decimal x)
    {
        decimal sum = 1, term = 1;
        for (int n = 1; term > sum * 1e-29m; n++)
        {
            term *= x / n;
            sum += term;
        }
        return sum;
    }
}
