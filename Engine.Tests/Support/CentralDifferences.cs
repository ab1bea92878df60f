namespace QEngine.Tests.Support;

/// <summary>Gradients of scalar functions in double, by the five-point central difference (error of order h^4).</summary>
internal static class CentralDifferences
{
    private const double Step = 1e-4;

    /// <summary>The gradient of a function, one argument at a time.</summary>
    /// <param name="x">Where; each element is moved in turn and then put back.</param>
    /// <param name="function">Is given <paramref name="x"/> itself.</param>
    public static double[] Gradient(double[] x, Func<double[], double> function)
    {
        double[] gradient = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double center = x[i], step = Step * Math.Max(1, Math.Abs(center));
            gradient[i] = ((8 * (At(1) - At(-1))) - (At(2) - At(-2))) / (12 * step);
            x[i] = center;

            double At(double steps)
            {
                x[i] = center + (steps * step);
                return function(x);
            }
        }
        return gradient;
    }

    /// <summary>The scalar whose gradient is the vector-Jacobian product: upstream . y.</summary>
    public static double Dot(ReadOnlySpan<double> upstream, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum += upstream[i] * y[i];
        return sum;
    }
}
