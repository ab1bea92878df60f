using QEngine.Kernels;

namespace QEngine.Tests.Oracles;

/// <summary>Matrix product by its definition.</summary>
internal static class MatrixOracle
{
    /// <summary>C[i, j] = sum over p of A[i, p] B[p, j].</summary>
    public static double[] Multiply(int m, int n, int k, Func<int, int, double> a, Func<int, int, double> b)
    {
        double[] c = new double[m * n];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                for (int p = 0; p < k; p++)
                    c[(i * n) + j] += a(i, p) * b(p, j);
        return c;
    }

    /// <summary>[columns, rows] from [rows, columns].</summary>
    public static double[] Transpose(double[] matrix, int rows)
    {
        int columns = matrix.Length / rows;
        double[] transposed = new double[matrix.Length];
        for (int i = 0; i < matrix.Length; i++) transposed[(i % columns * rows) + (i / columns)] = matrix[i];
        return transposed;
    }

    /// <summary>One row of A B.</summary>
    public static double[] Row(MatrixView<float> a, MatrixView<float> b, int row)
    {
        double[] c = new double[b.Columns];
        for (int j = 0; j < c.Length; j++)
            for (int p = 0; p < a.Columns; p++)
                c[j] += (double)a.At(row, p) * b.At(p, j);
        return c;
    }
}
