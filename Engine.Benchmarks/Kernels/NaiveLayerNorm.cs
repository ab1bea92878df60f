namespace QEngine.Benchmarks;

/// <summary>Layer normalisation of a sum as its definition reads.</summary>
internal static class NaiveLayerNorm
{
    /// <summary>Added to the variance, as in BERT.</summary>
    internal const float Epsilon = 1e-12f;

    /// <summary>gamma (s - mean) / sqrt(var + eps) + beta, s = x + residual, for every row.</summary>
    internal static double[] Of(double[] x, ReadOnlySpan<float> residual, double[] gamma, double[] beta)
    {
        double[] y = new double[x.Length], sum = new double[gamma.Length];
        for (int start = 0; start < x.Length; start += sum.Length)
        {
            for (int i = 0; i < sum.Length; i++) sum[i] = x[start + i] + residual[start + i];
            double mean = sum.Average(), variance = sum.Average(s => (s - mean) * (s - mean));
            for (int i = 0; i < sum.Length; i++) y[start + i] = (gamma[i] * (sum[i] - mean) / Math.Sqrt(variance + Epsilon)) + beta[i];
        }
        return y;
    }
}
