namespace QEngine.Statistics;

/// <summary>Holm's correction for many tests: the chance of any false alarm among them stays below the level. Holm, 1979.</summary>
public static class Holm
{
    /// <summary>Corrects p-values.</summary>
    /// <param name="p">The p-values of m tests, 0 to 1.</param>
    /// <returns>
    /// In the same order: for the i-th smallest, i = 1 .. m, the largest of (m - j + 1) p_j over j = 1 .. i, and at most 1. A test is
    /// significant at a level where its corrected value is below it.
    /// </returns>
    public static double[] Correct(ReadOnlySpan<double> p)
    {
        int[] order = new int[p.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(p.ToArray(), order);
        double[] corrected = new double[p.Length];
        double max = 0;
        for (int i = 0; i < order.Length; i++)
        {
            max = Math.Max(max, Math.Min(1, (order.Length - i) * p[order[i]]));
            corrected[order[i]] = max;
        }
        return corrected;
    }
}
