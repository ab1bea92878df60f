namespace QEngine.Tests.Oracles;

/// <summary>P(x) / Q(x) by its definition.</summary>
internal static class RationalOracle
{
    /// <summary>One number.</summary>
    public static double Value(double x, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double p = 0, q = 1;
        for (int i = 0; i < a.Length; i++) p += a[i] * Math.Pow(x, i);
        for (int j = 0; j < b.Length; j++) q += Math.Abs(b[j]) * Math.Pow(Math.Abs(x), j + 1);
        return p / q;
    }

    /// <summary>[rows, columns], columns in groups.</summary>
    public static double[] Rows(double[] x, int columns, double[] a, double[] b)
    {
        int width = columns / (b.Length / 4);
        return [.. x.Select((value, i) => Value(value, a, b.AsSpan(i % columns / width * 4, 4)))];
    }
}
