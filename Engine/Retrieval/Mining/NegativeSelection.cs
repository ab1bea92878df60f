namespace QEngine.Retrieval;

/// <summary>Which of the candidates that passed are taken as negatives.</summary>
internal enum NegativeSampling
{
    /// <summary>The hardest: the best ranked.</summary>
    Top,

    /// <summary>Evenly spread over the candidates: floor(i m / count) of the m there are.</summary>
    Spread,

    /// <summary>A random choice, in the order of rank.</summary>
    Random,
}

/// <summary>
/// Picks a query's training negatives from its ranked documents, as <c>mine_hard_negatives</c> of sentence-transformers: by rank,
/// by score, and by the distance to the positive's score, since what scores as a positive may be one that nobody labelled.
/// </summary>
internal sealed record NegativeSelection
{
    /// <summary>Negatives wanted, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>First rank considered, from 0, after the positives are taken out (<c>range_min</c>).</summary>
    public int First { get; init; }

    /// <summary>Rank before which candidates must lie, at least <see cref="First"/> + <see cref="Count"/> (<c>range_max</c>).</summary>
    public required int Last { get; init; }

    /// <summary>Largest score of a negative.</summary>
    public double MaxScore { get; init; } = double.PositiveInfinity;

    /// <summary>Smallest score of a negative.</summary>
    public double MinScore { get; init; } = double.NegativeInfinity;

    /// <summary>How far below the positive's score a negative must be (<c>absolute_margin</c>); null for any.</summary>
    public double? Margin { get; init; }

    /// <summary>
    /// The same as a share of the positive's score, 0 to 1 (<c>relative_margin</c>): at 0.05, a negative scores at most 95 % of it.
    /// </summary>
    public double? RelativeMargin { get; init; }

    /// <summary>Which of the candidates are taken.</summary>
    public NegativeSampling Sampling { get; init; } = NegativeSampling.Top;

    /// <summary>Whether the positive's score matters.</summary>
    public bool ComparesWithPositive => Margin is not null || RelativeMargin is not null;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="QEngineException">One is out of its range.</exception>
    public void Check()
    {
        if (Count < 1) throw new QEngineException($"hard negatives: expected a count of at least 1, found {Count}");
        if (First < 0) throw new QEngineException($"hard negatives: expected a first rank of at least 0, found {First}");
        if (Last < (long)First + Count)
            throw new QEngineException(
                $"hard negatives: expected a last rank of at least first + count = {(long)First + Count}, found {Last}");
        if (RelativeMargin is not (null or (>= 0 and <= 1)))
            throw new QEngineException($"hard negatives: expected a relative margin from 0 to 1, found {RelativeMargin}");
        if (Margin is double margin && !double.IsFinite(margin))
            throw new QEngineException($"hard negatives: expected a finite margin, found {margin}");
        if (!(MinScore <= MaxScore))
            throw new QEngineException($"hard negatives: expected a smallest score of at most the largest, {MaxScore}, found {MinScore}");
    }

    /// <summary>Picks negatives.</summary>
    /// <param name="hits">Ranked documents, best first; more than <see cref="Last"/> by the number of positives, to fill the range.</param>
    /// <param name="excluded">Documents that are no negatives: the query's positives.</param>
    /// <param name="positiveScore">The positive's score; only read where a margin is set.</param>
    /// <param name="random">For <see cref="NegativeSampling.Random"/>.</param>
    /// <returns>At most <see cref="Count"/> documents in the order of rank, perhaps none.</returns>
    public int[] Choose(ReadOnlySpan<Hit> hits, IReadOnlySet<int> excluded, double positiveScore, ref SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(excluded);
        List<int> candidates = [];
        int rank = 0;
        foreach (Hit hit in hits)
        {
            if (excluded.Contains(hit.Index)) continue;
            if (rank >= Last) break;
            if (rank++ >= First && Passes(hit.Score, positiveScore)) candidates.Add(hit.Index);
        }
        if (candidates.Count <= Count) return [.. candidates];
        return Sampling switch
        {
            NegativeSampling.Top => [.. candidates[..Count]],
            NegativeSampling.Spread => Spread(candidates),
            _ => Drawn(candidates, ref random),
        };
    }

    private bool Passes(double score, double positive) =>
        score <= MaxScore && score >= MinScore
        && !(Margin is double margin && score > positive - margin)
        && !(RelativeMargin is double share && score > positive - (share * Math.Abs(positive)));

    private int[] Spread(List<int> candidates)
    {
        int[] chosen = new int[Count];
        for (int i = 0; i < Count; i++) chosen[i] = candidates[(int)((long)i * candidates.Count / Count)];
        return chosen;
    }

    private int[] Drawn(List<int> candidates, ref SplittableRandom random)
    {
        int[] places = new int[candidates.Count];
        for (int i = 0; i < places.Length; i++) places[i] = i;
        random.Shuffle<int>(places);
        Array.Sort(places, 0, Count);
        int[] chosen = new int[Count];
        for (int i = 0; i < Count; i++) chosen[i] = candidates[places[i]];
        return chosen;
    }
}
