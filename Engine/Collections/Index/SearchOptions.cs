using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>How an index is searched; without any, by its vectors, exactly.</summary>
public sealed record SearchOptions
{
    /// <summary>Which documents may be found, by their metadata; null for all.</summary>
    public MetadataFilter? Filter { get; init; }

    /// <summary>
    /// How the ranking by vectors is fused with BM25's over the same texts, 1,000 documents of each or as many as are wanted; null for
    /// vectors alone.
    /// </summary>
    public Fusion? Hybrid { get; init; }

    /// <summary>BM25's parameters, for <see cref="Hybrid"/>.</summary>
    public Bm25Settings Bm25
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new();

    /// <summary>
    /// Whether documents are ranked by their codes of few bits, and the nearest then scored exactly; where the index has none, by
    /// distances. Otherwise codes only rule out what cannot be among the best.
    /// </summary>
    public bool Approximate { get; init; }

    /// <summary>
    /// With <see cref="Approximate"/>: how many of the nearest are scored exactly, at least as many as are wanted; 0 for none, and null for
    /// ten for each that is wanted.
    /// </summary>
    public int? Rescored
    {
        get;
        init => field = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "expected a number of at least 0");
    }

    /// <summary>Whether hits have ids and scores alone; texts and metadata are not read then.</summary>
    public bool IdsOnly { get; init; }
}
