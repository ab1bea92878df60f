using QEngine.Simd;

namespace QEngine.Retrieval;

/// <summary>Neighbouring rows of a block.</summary>
/// <param name="Block">The block.</param>
/// <param name="First">The first row.</param>
/// <param name="Rows">How many.</param>
internal readonly record struct Slab(EmbeddingBlock Block, int First, int Rows);

/// <summary>What a search does with a slab for one query, whose products with the rows are known.</summary>
internal interface ISlabStep
{
    /// <summary>Offers rows to the query's selections.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <param name="queries">The queries.</param>
    /// <param name="query">The query.</param>
    /// <param name="slab">The rows.</param>
    /// <param name="dots">[rows], its products with them; replaced.</param>
    void Run<TLane>(QueryChunk queries, int query, Slab slab, Span<float> dots)
        where TLane : struct, ILane<TLane, float>;
}
