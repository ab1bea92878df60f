using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Retrieval;

/// <summary>Offers a query's nearest rows, as far as distances know them, by their negative squared distance; no row is scored.</summary>
internal readonly struct ApproximateScan : IScanStep
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
        Span<int> found = Scratch<ApproximateScan, int>.Rent(Stride);
        TopK nearest = queries.Nearest(query);
        for (int from = 0; from < bounds.Count; from += Stride)
        {
            int count = bounds.Within<TLane>(from, Math.Min(bounds.Count, from + Stride), Bound(queries, query, range.Block), found);
            foreach (int i in found[..count])
                nearest.Push(
                    -(float)Distance(queries, query, range.Block, bounds[i]), range.Block.FirstIndex + range.First + bounds.Row(i));
        }
    }

    // A cost is that of distances all of one size: a quarter of the squared distance.
    private static double Distance(QueryChunk queries, int query, EmbeddingBlock block, float bound) =>
        queries.Measured[query] ? block.Distances.Distance(queries, query, bound) : 4.0 * bound;

    /// <summary>
    /// A bound above that of every row at the distance; a little more does not matter, for the rows are compared once more.
    /// </summary>
    private static float Bound(QueryChunk queries, int query, EmbeddingBlock block)
    {
        double distance = -(double)queries.Nearest(query).Threshold * (1 + 1e-6);
        return queries.Measured[query] ? block.Distances.Excess(queries, query, distance) : (float)(distance / 4 * (1 + 1e-6));
    }
}
