using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Retrieval;

/// <summary>Offers, with their exact scores, all rows that may be among the hits of a query.</summary>
/// <remarks>
/// While fewer than k hits are kept, the nearest rows are scored at once: then there is a score to reach. What remains within its reach is
/// sorted by a closer bound and scored from the best on, until the bound says that no other row can reach it. A bound is compared strictly,
/// so that of equal scores those by the smaller index are found. Whatever is left out cannot be among the hits: the result does not depend
/// on the order of ranges and blocks, nor on how rows are shared out.
/// </remarks>
internal readonly struct ExactScan : IScanStep
{
    // Rows between two looks at what the nearest rows are by now.
    private const int Stride = 512;

    /// <inheritdoc/>
    public float Limit(QueryChunk queries, int query, EmbeddingBlock block) =>
        queries.Measured[query] ? Bound(queries, query, block) : float.PositiveInfinity;

    /// <inheritdoc/>
    public void Run<TLane>(QueryChunk queries, int query, RowRange range, RowBounds bounds)
        where TLane : struct, ILane<TLane, float>
    {
        TopK best = queries.Best(query);
        Span<int> candidates = Scratch<ExactScan, int>.Rent(bounds.Count);
        if (best.Count < best.Capacity) ScoreNearest<TLane>(queries, query, range, bounds, candidates);
        // Infinite bounds are those of rows scored already.
        candidates =
            candidates[..bounds.Within<TLane>(0, bounds.Count, Math.Min(Bound(queries, query, range.Block), float.MaxValue), candidates)];
        if (candidates.IsEmpty) return;

        foreach (ref int candidate in candidates) candidate = bounds.Row(candidate);
        Span<float> costs = Scratch<ExactScan, float>.Rent(candidates.Length);
        IPairScores scores = range.Block.Scores;
        scores.Costs(queries.Query(query), range.Block.Slice(range.First, range.Rows), candidates, costs);
        costs.Sort(candidates);
        for (int i = 0; i < candidates.Length && !(costs[i] > scores.Cost(best.Threshold)); i += RowScores.Group)
            RowScores.Offer(queries, query, range.Block, range.First, candidates[i..Math.Min(candidates.Length, i + RowScores.Group)]);
    }

    /// <summary>The bound beyond which no row is among the hits.</summary>
    private static float Bound(QueryChunk queries, int query, EmbeddingBlock block)
    {
        float score = queries.Best(query).Threshold;
        return queries.Measured[query] ? block.Distances.Limit(queries, query, block.Scores.Reach(score)) : block.Scores.Cost(score);
    }

    /// <summary>Scores the rows of least bounds, as many as hits are missing, and marks them as done.</summary>
    private static void ScoreNearest<TLane>(QueryChunk queries, int query, RowRange range, RowBounds bounds, Span<int> storage)
        where TLane : struct, ILane<TLane, float>
    {
        TopK best = queries.Best(query), nearest = queries.Nearest(query);
        nearest.Reset(best.Capacity - best.Count);
        for (int from = 0; from < bounds.Count; from += Stride)
        {
            int found = bounds.Within<TLane>(from, Math.Min(bounds.Count, from + Stride), -nearest.Threshold, storage);
            foreach (int i in storage[..found]) nearest.Push(-bounds[i], i);
        }
        ReadOnlySpan<Hit> hits = nearest.Drain();
        for (int first = 0; first < hits.Length; first += RowScores.Group)
        {
            int count = Math.Min(RowScores.Group, hits.Length - first);
            for (int i = 0; i < count; i++)
            {
                int near = hits[first + i].Index;
                storage[i] = bounds.Row(near);
                bounds.Exclude(near);
            }
            RowScores.Offer(queries, query, range.Block, range.First, storage[..count]);
        }
    }
}
