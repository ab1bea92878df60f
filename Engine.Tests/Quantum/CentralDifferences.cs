namespace QEngine.Tests.Quantum;

/// <summary>Derivatives of a scalar function in double, by the five-point central difference (error of order h^4).</summary>
internal static class CentralDifferences
{
    private const double Step = 1e-4;

    /// <summary>The gradient of <paramref name="function"/> at <paramref name="point"/>, which is restored.</summary>
    public static double[] Gradient(Func<double> function, double[] point)
    {
        double[] gradient = new double[point.Length];
        for (int i = 0; i < point.Length; i++)
        {
            double center = point[i], step = Step * Math.Max(1, Math.Abs(center));
            double At(double offset)
            {
                point[i] = center + (offset * step);
                return function();
            }
            gradient[i] = ((8 * (At(1) - At(-1))) - (At(2) - At(-2))) / (12 * step);
            point[i] = center;
        }
        return gradient;
    }

    public static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
