namespace QEngine.Retrieval;

/// <summary>
/// Weighted sum of scores brought to 0 .. 1 in each ranking: (score - least) / (largest - least), 1 where all are the same. So the last
/// document of a ranking has the share of one that it lacks, 0.
/// </summary>
public sealed record WeightedFusion : Fusion
{
    private readonly double _weight;

    /// <summary>Sets the weight.</summary>
    /// <param name="weight">Weight of the first ranking, 0 to 1; the second has what is left.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is out of its range.</exception>
    public WeightedFusion(double weight) =>
        _weight = weight is >= 0 and <= 1
            ? weight
            : throw new ArgumentOutOfRangeException(nameof(weight), weight, "expected a number from 0 to 1");

    /// <inheritdoc/>
    protected override void Share(ReadOnlySpan<Hit> hits, bool isFirst, Span<double> shares)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (Hit hit in hits)
        {
            min = Math.Min(min, hit.Score);
            max = Math.Max(max, hit.Score);
        }
        double weight = isFirst ? _weight : 1 - _weight;
        for (int i = 0; i < shares.Length; i++) shares[i] = weight * (max > min ? (hits[i].Score - min) / (max - min) : 1);
    }
}
