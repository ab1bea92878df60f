namespace QEngine.Tests.Oracles;

/// <summary>x W^T + b by its definition.</summary>
internal static class LinearOracle
{
    /// <summary>[rows, outputs] from [rows, columns].</summary>
    public static double[] Rows(double[] x, double[] weight, double[] bias)
    {
        int outputs = bias.Length, columns = weight.Length / outputs, rows = x.Length / columns;
        double[] y = new double[rows * outputs];
        for (int i = 0; i < y.Length; i++)
        {
            int row = i / outputs, output = i % outputs;
            y[i] = bias[output];
            for (int j = 0; j < columns; j++) y[i] += x[(row * columns) + j] * weight[(output * columns) + j];
        }
        return y;
    }
}
