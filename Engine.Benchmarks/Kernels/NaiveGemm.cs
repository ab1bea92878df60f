using QEngine.Kernels;

namespace QEngine.Benchmarks;

/// <summary>The matrix product as its definition reads.</summary>
internal static class NaiveGemm
{
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
