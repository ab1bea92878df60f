using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Retrieval;

/// <summary>Offers, with their exact scores, all rows that may be among the hits of a query.</summary>
/// <remarks>
/// While fewer than k hits are kept, the nearest rows are scored at once: then there is a score to reach. What remains within its reach is
/// sorted by a closer bound and scored from the best on, until the bound says that no other row can reach it. A bound is compared strictly,
/// so that of equal scores those by the smaller index are found. Whatever is left out cannot be among the hits: the result does not depend
/// on the order of slabs and blocks, nor on how rows are shared out.
/// </remarks>
internal readonly struct SlabSearch : ISlabStep
{
    // Rows between two looks at what the nearest rows are by now.
    private const int Stride = 512;

    /// <inheritdoc/>
    public void Run<TLane>(QueryChunk queries, int query, Slab slab, Span<float> dots)
        where TLane : struct, ILane<TLane, float>
    {
        TopK best = queries.Best(query);
        IPairScores scores = slab.Block.Scores;
        bool measured = queries.Measured[query];
        Span<int> candidates = Scratch<SlabSearch, int>.Rent(slab.Rows)[..slab.Rows];
        RowBounds bounds = RowBounds.Of(queries, query, slab, candidates, dots);

        if (best.Count < best.Capacity) ScoreNearest<TLane>(queries, query, slab, bounds, candidates);
        float limit = measured ? slab.Block.Distances.Limit(queries, query, scores.Reach(best.Threshold)) : scores.Cost(best.Threshold);
        // Infinite bounds are those of rows scored already.
        candidates = candidates[..bounds.Within<TLane>(0, slab.Rows, Math.Min(limit, float.MaxValue), candidates)];
        if (candidates.IsEmpty) return;

        Span<float> costs = Scratch<SlabSearch, float>.Rent(candidates.Length);
        if (measured) scores.Costs(queries.Query(query), slab.Block.Slice(slab.First, slab.Rows), candidates, costs);
        else for (int i = 0; i < candidates.Length; i++) costs[i] = bounds[candidates[i]];
        costs.Sort(candidates);
        for (int i = 0; i < candidates.Length && !(costs[i] > scores.Cost(best.Threshold)); i += RowScores.Group)
            RowScores.Offer(queries, query, slab.Block, slab.First, candidates[i..Math.Min(candidates.Length, i + RowScores.Group)]);
    }

    /// <summary>Scores the rows of least bounds, as many as hits are missing, and marks them as done.</summary>
    private static void ScoreNearest<TLane>(QueryChunk queries, int query, Slab slab, RowBounds bounds, Span<int> storage)
        where TLane : struct, ILane<TLane, float>
    {
        TopK best = queries.Best(query), nearest = queries.Nearest(query);
        nearest.Reset(best.Capacity - best.Count);
        for (int from = 0; from < slab.Rows; from += Stride)
        {
            int found = bounds.Within<TLane>(from, Math.Min(slab.Rows, from + Stride), -nearest.Threshold, storage);
            foreach (int row in storage[..found]) nearest.Push(-bounds[row], row);
        }
        ReadOnlySpan<Hit> hits = nearest.Drain();
        for (int first = 0; first < hits.Length; first += RowScores.Group)
        {
            int count = Math.Min(RowScores.Group, hits.Length - first);
            for (int i = 0; i < count; i++)
            {
                storage[i] = hits[first + i].Index;
                bounds.Exclude(storage[i]);
            }
            RowScores.Offer(queries, query, slab.Block, slab.First, storage[..count]);
        }
    }
}
