namespace QEngine.Tests.Oracles;

/// <summary>Eigenvalues and eigenvectors by Jacobi's oldest method: rotate away the largest element beside the diagonal until there is none.</summary>
internal static class EigenOracle
{
    /// <summary>Values, falling, and vectors as rows.</summary>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int size)
    {
        double[,] a = new double[size, size], v = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            v[i, i] = 1;
            for (int j = 0; j < size; j++) a[i, j] = matrix[(i * size) + j];
        }
        while (true)
        {
            (int p, int q) = Largest(a, size);
            if (p == q || Math.Abs(a[p, q]) < 1e-300 || a[p, q] * a[p, q] < 1e-34 * Squares(a, size)) break;
            double angle = 0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]), c = Math.Cos(angle), s = Math.Sin(angle);
            for (int i = 0; i < size; i++) (a[i, p], a[i, q]) = ((c * a[i, p]) - (s * a[i, q]), (s * a[i, p]) + (c * a[i, q]));
            for (int i = 0; i < size; i++) (a[p, i], a[q, i]) = ((c * a[p, i]) - (s * a[q, i]), (s * a[p, i]) + (c * a[q, i]));
            for (int i = 0; i < size; i++) (v[p, i], v[q, i]) = ((c * v[p, i]) - (s * v[q, i]), (s * v[p, i]) + (c * v[q, i]));
        }
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => a[i, i])];
        return ([.. order.Select(i => a[i, i])], [.. order.SelectMany(i => Enumerable.Range(0, size).Select(j => v[i, j]))]);
    }

    /// <summary>Sum over the given rows v of v v^T: what a set of directions spans, whatever their signs and order.</summary>
    public static double[] Projector(ReadOnlySpan<double> rows, int columns)
    {
        double[] projector = new double[columns * columns];
        for (int first = 0; first < rows.Length; first += columns)
            for (int i = 0; i < columns; i++)
                for (int j = 0; j < columns; j++) projector[(i * columns) + j] += rows[first + i] * rows[first + j];
        return projector;
    }

    private static (int P, int Q) Largest(double[,] a, int size)
    {
        (int p, int q) = (0, 0);
        for (int i = 0; i < size; i++)
            for (int j = i + 1; j < size; j++)
                if (p == q || Math.Abs(a[i, j]) > Math.Abs(a[p, q])) (p, q) = (i, j);
        return (p, q);
    }

    private static double Squares(double[,] a, int size)
    {
        double sum = 0;
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) sum += a[i, j] * a[i, j];
        return sum;
    }
}
