using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Retrieval;

/// <summary>Offers a query's nearest rows, as far as distances know them, by their negative squared distance; no row is scored.</summary>
internal readonly struct SlabCandidates : ISlabStep
{
    // Rows between two looks at what the nearest rows are by now.
    private const int Stride = 512;

    /// <inheritdoc/>
    public void Run<TLane>(QueryChunk queries, int query, Slab slab, Span<float> dots)
        where TLane : struct, ILane<TLane, float>
    {
        Span<int> storage = Scratch<SlabCandidates, int>.Rent(slab.Rows)[..slab.Rows];
        RowBounds bounds = RowBounds.Of(queries, query, slab, storage, dots);
        TopK nearest = queries.Nearest(query);
        for (int from = 0; from < slab.Rows; from += Stride)
        {
            int found = bounds.Within<TLane>(from, Math.Min(slab.Rows, from + Stride), Limit(queries, query, slab.Block, nearest.Threshold), storage);
            foreach (int row in storage[..found])
                nearest.Push(-(float)Distance(queries, query, slab.Block, bounds[row]), slab.Block.FirstIndex + slab.First + row);
        }
    }

    // A cost is that of distances all of one size: a quarter of the squared distance.
    private static double Distance(QueryChunk queries, int query, EmbeddingBlock block, float bound) =>
        queries.Measured[query] ? block.Distances.Distance(queries, query, bound) : 4.0 * bound;

    /// <summary>A bound above that of every row at the distance; a little more does not matter, for the rows are compared once more.</summary>
    private static float Limit(QueryChunk queries, int query, EmbeddingBlock block, float threshold)
    {
        double distance = -(double)threshold * (1 + 1e-6);
        return queries.Measured[query] ? block.Distances.Excess(queries, query, distance) : (float)(distance / 4 * (1 + 1e-6));
    }
}
