namespace QEngine.Tools.Serving.Metrics;

/// <summary>How often values were at most each of some bounds. Safe from many threads.</summary>
/// <param name="bounds">The bounds, ascending.</param>
internal sealed class Histogram(params double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    /// <summary>Counts a value.</summary>
    public void Add(double value)
    {
        int bucket = Array.FindIndex(bounds, bound => value <= bound);
        lock (_gate)
        {
            _counts[bucket < 0 ? bounds.Length : bucket]++;
            _sum += value;
        }
    }

    /// <summary>Writes it as Prometheus reads it: each bucket holds those before it.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Names and values of labels, <c>route="/"</c>; empty for none.</param>
    public void Write(MetricsText text, string name, string labels)
    {
        long[] counts;
        double sum;
        lock (_gate) (counts, sum) = ([.. _counts], _sum);
        string before = labels.Length == 0 ? "" : labels + ",";
        long count = 0;
        for (int i = 0; i < bounds.Length; i++)
        {
            count += counts[i];
            text.Sample($"{name}_bucket", $"{before}le=\"{MetricsText.Number(bounds[i])}\"", count);
        }
        count += counts[^1];
        text.Sample($"{name}_bucket", $"{before}le=\"+Inf\"", count);
        text.Sample($"{name}_sum", labels, sum);
        text.Sample($"{name}_count", labels, count);
    }
}
