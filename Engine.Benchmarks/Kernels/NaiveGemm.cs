using QEngine.Kernels;

namespace QEngine.Benchmarks;

/// <summary>The matrix product as its definition reads.</summary>
internal static class NaiveGemm
{
    /// <summary>One row of the product, in double precision.</summary>
    internal static void Row(MatrixView<float> a, MatrixView<float> b, int row, Span<double> result)
    {
        for (int column = 0; column < b.Columns; column++)
        {
            double sum = 0;
            for (int k = 0; k < a.Columns; k++) sum += (double)a.At(row, k) * b.At(k, column);
            result[column] = sum;
        }
    }

    /// <summary>The whole product by three loops.</summary>
    internal static void Multiply(MatrixView<float> a, MatrixView<float> b, Span<float> c)
    {
        for (int row = 0; row < a.Rows; row++)
        {
            for (int column = 0; column < b.Columns; column++)
            {
                float sum = 0;
                for (int k = 0; k < a.Columns; k++) sum += a.At(row, k) * b.At(k, column);
                c[(row * b.Columns) + column] = sum;
            }
        }
    }
}
