using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>The exact search of some neighbouring rows of a block for one query, whose products with the rows are known.</summary>
/// <remarks>
/// While fewer than k hits are kept, the nearest rows are scored at once: then there is a score to reach. What remains within its reach is
/// sorted by a closer bound and scored from the best on, until the bound says that no other row can reach it. A bound is compared strictly,
/// so that of equal scores those by the smaller index are found. Whatever is left out cannot be among the hits: the result does not depend
/// on the order of slabs and blocks, nor on how rows are shared out.
/// </remarks>
/// <param name="queries">The queries.</param>
/// <param name="block">The block.</param>
/// <param name="distances">Distances from its rows.</param>
/// <param name="firstRow">First row of the slab.</param>
/// <param name="rows">Rows of the slab.</param>
internal readonly struct SlabSearch(QueryChunk queries, EmbeddingBlock block, IBlockDistances distances, int firstRow, int rows)
{
    // Rows that are expanded and scored together.
    private const int Group = 16;

    /// <summary>Offers what may be among the hits of a query.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="dots">[rows], its products with the rows; replaced.</param>
    /// <param name="best">Its hits.</param>
    /// <param name="nearest">Storage for the nearest rows.</param>
    public void Run<TLane>(int query, Span<float> dots, TopK best, TopK nearest)
        where TLane : struct, ILane<TLane, float>
    {
        bool measured = queries.Measured[query];
        Span<int> candidates = Scratch<SlabSearch, int>.Rent(rows);
        Span<float> bounds = dots;
        if (measured) Excess<TLane>(dots, distances.Weights.Slice(firstRow, rows), distances.Slope(queries, query));
        else CostsOfAll(query, candidates, bounds);

        if (best.Count < best.Capacity) ScoreNearest(query, bounds, best, nearest);
        float limit = measured ? distances.Limit(queries, query, block.Scores.Reach(best.Threshold)) : block.Scores.Cost(best.Threshold);
        // Infinite bounds are those of rows scored already.
        candidates = candidates[..Within<TLane>(bounds, Math.Min(limit, float.MaxValue), candidates)];
        if (candidates.IsEmpty) return;

        Span<float> costs = Scratch<SlabSearch, float>.Rent(candidates.Length);
        if (measured) block.Scores.Costs(queries.Query(query), block.Slice(firstRow, rows), candidates, costs);
        else for (int i = 0; i < candidates.Length; i++) costs[i] = bounds[candidates[i]];
        costs.Sort(candidates);
        for (int i = 0; i < candidates.Length && !(costs[i] > block.Scores.Cost(best.Threshold)); i += Group)
            Score(query, candidates.Slice(i, Math.Min(Group, candidates.Length - i)), best);
    }

    private void CostsOfAll(int query, Span<int> all, Span<float> costs)
    {
        for (int i = 0; i < all.Length; i++) all[i] = i;
        block.Scores.Costs(queries.Query(query), block.Slice(firstRow, rows), all, costs);
    }

    /// <summary>Scores the rows of least bounds, as many as hits are missing, and marks them as done.</summary>
    private void ScoreNearest(int query, Span<float> bounds, TopK best, TopK nearest)
    {
        nearest.Reset(best.Capacity - best.Count);
        for (int i = 0; i < bounds.Length; i++)
        {
            if (nearest.Count < nearest.Capacity || -bounds[i] > nearest.Threshold) nearest.Push(-bounds[i], i);
        }
        ReadOnlySpan<Hit> hits = nearest.Drain();
        Span<int> group = stackalloc int[Group];
        for (int first = 0; first < hits.Length; first += Group)
        {
            int count = Math.Min(Group, hits.Length - first);
            for (int i = 0; i < count; i++)
            {
                group[i] = hits[first + i].Index;
                bounds[group[i]] = float.PositiveInfinity;
            }
            Score(query, group[..count], best);
        }
    }

    /// <summary>Scores at most a group of rows and offers them.</summary>
    private void Score(int query, ReadOnlySpan<int> group, TopK best)
    {
        int k = block.Dimension, width = block.Scores.Width;
        Span<float> expanded = Scratch<Expanded, float>.Rent(Group * width)[..(group.Length * width)], scores = stackalloc float[Group];
        for (int i = 0; i < group.Length; i++) block.Scores.Expand(block.Slice(firstRow + group[i], 1), expanded.Slice(i * width, width));
        block.Scores.Compute(WorkerPool.Single, queries.Expanded(query), expanded, scores[..group.Length]);
        for (int i = 0; i < group.Length; i++) best.Push(scores[i], block.FirstIndex + firstRow + group[i]);
    }

    /// <summary>dots[i] = slope weights[i] - dots[i].</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Excess<TLane>(Span<float> dots, ReadOnlySpan<float> weights, float slope)
        where TLane : struct, ILane<TLane, float>
    {
        ref float x = ref MemoryMarshal.GetReference(dots);
        ref float w = ref MemoryMarshal.GetReference(weights[..dots.Length]);
        TLane steep = TLane.Splat(slope), zero = TLane.Splat(0f);
        int i = 0;
        for (; i <= dots.Length - TLane.Count; i += TLane.Count)
            TLane.MultiplyAdd(steep, TLane.Load(ref Unsafe.Add(ref w, i)), zero - TLane.Load(ref Unsafe.Add(ref x, i))).Store(ref Unsafe.Add(ref x, i));
        for (; i < dots.Length; i++) dots[i] = (slope * weights[i]) - dots[i];
    }

    /// <summary>Collects the rows whose bound is not above the limit; rows are looked at one by one only where a few lanes hold one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Within<TLane>(ReadOnlySpan<float> bounds, float limit, Span<int> found)
        where TLane : struct, ILane<TLane, float>
    {
        ref float x = ref MemoryMarshal.GetReference(bounds);
        int count = 0, step = 4 * TLane.Count, i = 0;
        for (; i <= bounds.Length - step; i += step)
        {
            ref float lane = ref Unsafe.Add(ref x, i);
            TLane least = TLane.Min(
                TLane.Min(TLane.Load(ref lane), TLane.Load(ref Unsafe.Add(ref lane, TLane.Count))),
                TLane.Min(TLane.Load(ref Unsafe.Add(ref lane, 2 * TLane.Count)), TLane.Load(ref Unsafe.Add(ref lane, 3 * TLane.Count))));
            if (-(TLane.Splat(0f) - least).Largest() > limit) continue;
            count = Collect(bounds, i, i + step, limit, found, count);
        }
        return Collect(bounds, i, bounds.Length, limit, found, count);
    }

    private static int Collect(ReadOnlySpan<float> bounds, int from, int to, float limit, Span<int> found, int count)
    {
        for (int i = from; i < to; i++)
        {
            if (!(bounds[i] > limit)) found[count++] = i;
        }
        return count;
    }

    private readonly struct Expanded;
}
