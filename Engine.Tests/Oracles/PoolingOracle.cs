using QEngine.Kernels;

namespace QEngine.Tests.Oracles;

/// <summary>Pooling of packed sequences, by its definitions.</summary>
internal static class PoolingOracle
{
    public static double[] Mean(double[] x, int[] offsets, int columns, MeanDivisor divisor)
    {
        double[] y = new double[(offsets.Length - 1) * columns];
        for (int s = 0; s < offsets.Length - 1; s++)
            for (int t = offsets[s]; t < offsets[s + 1]; t++)
                for (int c = 0; c < columns; c++)
                    y[(s * columns) + c] += x[(t * columns) + c] / Divisor(offsets[s + 1] - offsets[s], divisor);
        return y;
    }

    public static double[] MeanBackward(double[] dy, int[] offsets, int columns, MeanDivisor divisor)
    {
        double[] dx = new double[offsets[^1] * columns];
        for (int s = 0; s < offsets.Length - 1; s++)
            for (int t = offsets[s]; t < offsets[s + 1]; t++)
                for (int c = 0; c < columns; c++)
                    dx[(t * columns) + c] = dy[(s * columns) + c] / Divisor(offsets[s + 1] - offsets[s], divisor);
        return dx;
    }

    /// <summary>Maxima, and the first token of its sequence that has it.</summary>
    public static (double[] Y, double[] Places) Max(double[] x, int[] offsets, int columns)
    {
        double[] y = new double[(offsets.Length - 1) * columns], places = new double[y.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int first = offsets[i / columns], end = offsets[(i / columns) + 1];
            y[i] = double.NegativeInfinity;
            for (int t = first; t < end; t++)
                if (x[(t * columns) + (i % columns)] > y[i]) (y[i], places[i]) = (x[(t * columns) + (i % columns)], t - first);
        }
        return (y, places);
    }

    private static double Divisor(int length, MeanDivisor divisor) => divisor == MeanDivisor.Length ? length : Math.Sqrt(length);
}
