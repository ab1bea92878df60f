namespace QEngine.Tests.Oracles;

/// <summary>Doubly stochastic matrices by their definitions, one square matrix at a time.</summary>
internal static class StochasticOracle
{
    /// <summary>e^x with rows and columns divided by their sums in turn.</summary>
    public static double[] Sinkhorn(double[] x, int n, int steps)
    {
        double[] y = Array.ConvertAll(x, Math.Exp);
        for (int step = 0; step < steps; step++)
        {
            double[] sums = new double[n];
            for (int i = 0; i < y.Length; i++) sums[step % 2 == 0 ? i / n : i % n] += y[i];
            for (int i = 0; i < y.Length; i++) y[i] /= sums[step % 2 == 0 ? i / n : i % n];
        }
        return y;
    }

    /// <summary>Squares of Q by Gram and Schmidt, and the least of what is left of a column.</summary>
    public static double[] OrthogonalSquares(double[] x, int n, out double leastRest)
    {
        double[][] q = [.. Enumerable.Range(0, n).Select(k => Enumerable.Range(0, n).Select(i => x[(i * n) + k]).ToArray())];
        leastRest = double.PositiveInfinity;
        for (int k = 0; k < n; k++)
        {
            for (int pass = 0; pass < 2; pass++)
                for (int j = 0; j < k; j++)
                {
                    double part = q[j].Zip(q[k], (a, b) => a * b).Sum();
                    for (int i = 0; i < n; i++) q[k][i] -= part * q[j][i];
                }
            double rest = Math.Sqrt(q[k].Sum(value => value * value));
            leastRest = Math.Min(leastRest, rest);
            for (int i = 0; i < n; i++) q[k][i] /= rest;
        }
        return [.. Enumerable.Range(0, n * n).Select(place => q[place % n][place / n] * q[place % n][place / n])];
    }
}
