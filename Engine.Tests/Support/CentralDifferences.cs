namespace QEngine.Tests.Support;

/// <summary>Gradients by central differences, in double.</summary>
internal static class CentralDifferences
{
    // Balances truncation (h^2) against rounding (epsilon / h) for functions of order 1.
    private const double Step = 1e-5;

    /// <summary>The gradient of a scalar function, one argument at a time.</summary>
    public static double[] Gradient(double[] x, Func<double[], double> function)
    {
        double[] gradient = new double[x.Length], moved = (double[])x.Clone();
        for (int i = 0; i < x.Length; i++)
        {
            double up = x[i] + Step, down = x[i] - Step;
            moved[i] = up;
            double above = function(moved);
            moved[i] = down;
            gradient[i] = (above - function(moved)) / (up - down);
            moved[i] = x[i];
        }
        return gradient;
    }

    /// <summary>The scalar whose gradient is the vector-Jacobian product: upstream . y.</summary>
    public static double Project(ReadOnlySpan<double> upstream, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum += upstream[i] * y[i];
        return sum;
    }
}
