namespace QEngine.Tools.Plots;

/// <summary>Heights of labels that keep their order, lie a step apart at least and are as near as can be to where they belong.</summary>
internal static class LabelSpread
{
    /// <summary>Spreads labels: those that are too near become a block around the mean of their places.</summary>
    /// <param name="wanted">Where they belong, ascending.</param>
    /// <param name="step">Between two of them at least; less where there is no room for all.</param>
    /// <param name="least">Where the first may be at the least.</param>
    /// <param name="most">Where the last may be at the most.</param>
    internal static double[] Of(IReadOnlyList<double> wanted, double step, double least, double most)
    {
        int count = wanted.Count;
        if (count > 1) step = Math.Min(step, (most - least) / (count - 1));
        // Pooling adjacent violators: less the steps before them, places may not fall.
        List<(double Sum, int Count)> blocks = [];
        for (int i = 0; i < count; i++)
        {
            (double Sum, int Count) block = (wanted[i] - (step * i), 1);
            while (blocks.Count > 0 && blocks[^1].Sum / blocks[^1].Count > block.Sum / block.Count)
            {
                block = (blocks[^1].Sum + block.Sum, blocks[^1].Count + block.Count);
                blocks.RemoveAt(blocks.Count - 1);
            }
            blocks.Add(block);
        }
        double[] places = [.. blocks.SelectMany(block => Enumerable.Repeat(block.Sum / block.Count, block.Count))];
        for (int i = 0; i < count; i++) places[i] = Math.Clamp(places[i], least, Math.Max(least, most - (step * (count - 1)))) + (step * i);
        return places;
    }
}
