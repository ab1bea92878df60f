using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>Examples out of a series: some numbers that follow each other, and what comes next.</summary>
internal static class SeriesWindows
{
    /// <summary>A series as it lies between -1 and 1.</summary>
    public static float[] Scaled(double[] series)
    {
        double least = series.Min(), most = series.Max();
        return [.. series.Select(value => (float)((2 * (value - least) / (most - least)) - 1))];
    }

    /// <summary>Windows whose target is the number after their last.</summary>
    /// <param name="series">The series.</param>
    /// <param name="first">Where the first window begins.</param>
    /// <param name="count">Windows, each a number later than the one before.</param>
    /// <param name="length">Numbers of a window.</param>
    public static Examples OfNext(ReadOnlySpan<float> series, int first, int count, int length) =>
        Create(series, first, count, length, targets: 1);

    /// <summary>Windows with a target for every number, the one after it.</summary>
    /// <param name="series">The series.</param>
    /// <param name="first">Where the first window begins.</param>
    /// <param name="count">Windows, each a number later than the one before.</param>
    /// <param name="length">Numbers of a window.</param>
    public static Examples OfEveryNext(ReadOnlySpan<float> series, int first, int count, int length) =>
        Create(series, first, count, length, length);

    private static Examples Create(ReadOnlySpan<float> series, int first, int count, int length, int targets)
    {
        float[] inputs = new float[count * length], next = new float[count * targets];
        for (int i = 0; i < count; i++)
        {
            series.Slice(first + i, length).CopyTo(inputs.AsSpan(i * length));
            series.Slice(first + i + length + 1 - targets, targets).CopyTo(next.AsSpan(i * targets));
        }
        return Examples.ToRegress(inputs, new Shape(length, 1), next, new Shape(targets, 1));
    }
}
