namespace QEngine.Tools.Lab;

/// <summary>Columns of data.</summary>
internal static class Columns
{
    /// <summary>
    /// Moves and stretches every column of two tables alike, such that it has mean 0 and deviation 1 in the first; one that is constant
    /// there is only moved.
    /// </summary>
    /// <param name="first">[rows, columns], at least one row.</param>
    /// <param name="second">[rows, columns].</param>
    /// <param name="columns">Columns.</param>
    public static void Standardize(Span<float> first, Span<float> second, int columns)
    {
        int rows = first.Length / columns;
        for (int column = 0; column < columns; column++)
        {
            double mean = 0, variance = 0;
            for (int i = column; i < first.Length; i += columns) mean += first[i] / (double)rows;
            for (int i = column; i < first.Length; i += columns) variance += (first[i] - mean) * (first[i] - mean) / rows;
            double deviation = variance > 0 ? Math.Sqrt(variance) : 1;
            for (int i = column; i < first.Length; i += columns) first[i] = (float)((first[i] - mean) / deviation);
            for (int i = column; i < second.Length; i += columns) second[i] = (float)((second[i] - mean) / deviation);
        }
    }
}
