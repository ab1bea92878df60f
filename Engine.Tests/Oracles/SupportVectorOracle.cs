using MathNet.Numerics.LinearAlgebra;

namespace QEngine.Tests.Oracles;

/// <summary>The dual of a support-vector machine by trying which numbers are 0, C or in between; for a handful of points.</summary>
internal static class SupportVectorOracle
{
    /// <summary>a^T Q a / 2 - sum of a.</summary>
    public static double Objective(double[] kernel, int[] labels, double[] a)
    {
        double sum = -a.Sum();
        for (int i = 0; i < a.Length; i++)
            for (int j = 0; j < a.Length; j++) sum += a[i] * a[j] * labels[i] * labels[j] * kernel[(i * a.Length) + j] / 2;
        return sum;
    }

    /// <summary>The least objective of all that the constraints allow; the kernel is positive definite.</summary>
    public static double Least(double[] kernel, int[] labels, double cost)
    {
        double least = double.PositiveInfinity;
        for (int code = 0; code < Math.Pow(3, labels.Length); code++)
            if (Stationary(kernel, labels, cost, code) is { } a && a.All(value => value >= -1e-12 && value <= cost + 1e-12))
                least = Math.Min(least, Objective(kernel, labels, a));
        return least;
    }

    /// <summary>Where the gradient along the free numbers vanishes within the constraint: Q a + nu y = 1 there, y^T a = 0.</summary>
    private static double[]? Stationary(double[] kernel, int[] labels, double cost, int code)
    {
        int n = labels.Length;
        int[] kinds = [.. Enumerable.Range(0, n).Select(k => code / (int)Math.Pow(3, k) % 3)], free = [.. Enumerable.Range(0, n).Where(k => kinds[k] == 2)];
        double[] a = [.. kinds.Select(kind => kind == 1 ? cost : 0)];
        if (free.Length == 0) return Math.Abs(a.Zip(labels, (value, y) => value * y).Sum()) < 1e-12 ? a : null;
        Matrix<double> left = Matrix<double>.Build.Dense(free.Length + 1, free.Length + 1);
        Vector<double> right = Vector<double>.Build.Dense(free.Length + 1);
        for (int i = 0; i < free.Length; i++)
        {
            for (int j = 0; j < free.Length; j++) left[i, j] = Q(free[i], free[j]);
            left[i, free.Length] = left[free.Length, i] = labels[free[i]];
            right[i] = 1 - Enumerable.Range(0, n).Sum(j => Q(free[i], j) * a[j]);
        }
        right[free.Length] = -a.Zip(labels, (value, y) => value * y).Sum();
        Vector<double> solution = left.Solve(right);
        for (int i = 0; i < free.Length; i++) a[free[i]] = solution[i];
        return a;

        double Q(int i, int j) => labels[i] * labels[j] * kernel[(i * n) + j];
    }
}
