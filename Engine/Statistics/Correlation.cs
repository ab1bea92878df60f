namespace QEngine.Statistics;

/// <summary>How two lists of numbers go together.</summary>
public static class Correlation
{
    /// <summary>Pearson's coefficient, -1 to 1; null where either list is constant.</summary>
    /// <param name="x">Numbers.</param>
    /// <param name="y">As many.</param>
    /// <exception cref="ArgumentException">There are not as many.</exception>
    public static double? Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"expected two lists of the same length, found {x.Length} and {y.Length} numbers", nameof(y));
        // Asked of the numbers themselves: the variance of equal ones may round to something above 0.
        if (IsConstant(x) || IsConstant(y)) return null;
        double meanX = Mean(x), meanY = Mean(y), xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        return xx > 0 && yy > 0 ? Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1) : null;
    }

    /// <summary>Spearman's coefficient: Pearson's of the ranks, equal numbers sharing the mean of theirs.</summary>
    /// <param name="x">Numbers.</param>
    /// <param name="y">As many.</param>
    /// <exception cref="ArgumentException">There are not as many.</exception>
    public static double? Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Pearson(Ranks(x), Ranks(y));

    private static bool IsConstant(ReadOnlySpan<double> x) => x.IsEmpty || !x.ContainsAnyExcept(x[0]);

    private static double[] Ranks(ReadOnlySpan<double> x)
    {
        double[] keys = x.ToArray(), ranks = new double[x.Length];
        int[] order = new int[x.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(keys, order);
        for (int first = 0; first < order.Length;)
        {
            int end = first + 1;
            while (end < order.Length && keys[end] == keys[first]) end++;
            for (int i = first; i < end; i++) ranks[order[i]] = (first + end - 1) / 2.0;
            first = end;
        }
        return ranks;
    }

    private static double Mean(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double value in x) sum += value;
        return sum / x.Length;
    }
}
