namespace QEngine.Tests.Oracles;

/// <summary>The kernels that move, add and scale rows, by their definitions.</summary>
internal static class RowOracle
{
    public static double[] ColumnSums(double[] dy, int columns)
    {
        double[] sums = new double[columns];
        for (int i = 0; i < dy.Length; i++) sums[i % columns] += dy[i];
        return sums;
    }

    public static double[] Gather(double[] table, int[] indices, int columns)
    {
        double[] y = new double[indices.Length * columns];
        for (int i = 0; i < y.Length; i++) y[i] = table[(indices[i / columns] * columns) + (i % columns)];
        return y;
    }

    public static double[] Scatter(int[] indices, double[] dy, int entries)
    {
        int columns = dy.Length / indices.Length;
        double[] dtable = new double[entries * columns];
        for (int i = 0; i < dy.Length; i++) dtable[(indices[i / columns] * columns) + (i % columns)] += dy[i];
        return dtable;
    }

    public static (double[] Y, double[] InverseNorms) Normalize(double[] x, int columns)
    {
        double[] y = new double[x.Length], inverse = new double[x.Length / columns];
        for (int r = 0; r < inverse.Length; r++)
        {
            double squares = 0;
            for (int c = 0; c < columns; c++) squares += x[(r * columns) + c] * x[(r * columns) + c];
            inverse[r] = 1 / Math.Max(Math.Sqrt(squares), 1e-12);
            for (int c = 0; c < columns; c++) y[(r * columns) + c] = x[(r * columns) + c] * inverse[r];
        }
        return (y, inverse);
    }

    /// <summary>With the Jacobian (delta - y_c y_d) / |x| written out.</summary>
    public static double[] NormalizeBackward(double[] x, int columns, double[] dy)
    {
        (double[] y, double[] inverse) = Normalize(x, columns);
        double[] dx = new double[x.Length];
        for (int r = 0; r < inverse.Length; r++)
            for (int c = 0; c < columns; c++)
                for (int d = 0; d < columns; d++)
                    dx[(r * columns) + c] += dy[(r * columns) + d] * ((c == d ? 1 : 0) - (y[(r * columns) + c] * y[(r * columns) + d])) * inverse[r];
        return dx;
    }
}
