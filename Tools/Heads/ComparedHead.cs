namespace QEngine.Tools.Heads;

/// <summary>What a measured head is to the comparison.</summary>
internal enum HeadRole
{
    /// <summary>The full vectors: the most that can be hoped for without labels.</summary>
    Full,

    /// <summary>Another head.</summary>
    Rival,

    /// <summary>The head in question.</summary>
    Own,
}

/// <summary>A way to keep vectors, measured.</summary>
/// <param name="Role">What it is to the comparison.</param>
/// <param name="Kind">Its kind; null for the full vectors.</param>
/// <param name="Format">Numbers of a vector and their bits.</param>
/// <param name="Parameters">Numbers of the head.</param>
/// <param name="Time">Time to make the head.</param>
/// <param name="Values">One for each measure; NaN where it has none.</param>
internal sealed record ComparedHead(
    HeadRole Role, HeadKind? Kind, NumberFormat Format, int Parameters, TimeSpan Time, double[] Values)
{
    /// <summary>What it is called in the table.</summary>
    public string Name => Kind is { } kind ? $"{HeadKinds.Label(kind)} {Format}" : "full vectors";

    /// <summary>The whitening exponent of tempered components; null for other heads.</summary>
    public double? Exponent { get; init; }

    /// <summary>Whether a measure is less than a rival's, or has no value where the rival's has one.</summary>
    public bool IsBehind(ComparedHead rival, int measure) =>
        !(Values[measure] >= rival.Values[measure]) && !double.IsNaN(rival.Values[measure]);
}
