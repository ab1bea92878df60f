using QEngine.Simd;

namespace QEngine.Retrieval;

/// <summary>Neighbouring rows of a block.</summary>
/// <param name="Block">The block.</param>
/// <param name="First">The first row.</param>
/// <param name="Rows">How many.</param>
internal readonly record struct RowRange(EmbeddingBlock Block, int First, int Rows);

/// <summary>What a search does with rows for one query.</summary>
internal interface IScanStep
{
    /// <summary>
    /// The excess (<see cref="IBlockDistances"/>) beyond which a row of a block changes nothing; infinity while every row may.
    /// </summary>
    /// <param name="queries">The queries.</param>
    /// <param name="query">The query.</param>
    /// <param name="block">The block.</param>
    float Limit(QueryChunk queries, int query, EmbeddingBlock block);

    /// <summary>Offers rows to the query's selections.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="query">The query.</param>
    /// <param name="range">The rows.</param>
    /// <param name="bounds">Bounds of all rows that may be within the limit.</param>
    void Run<TLane>(QueryChunk queries, int query, RowRange range, RowBounds bounds)
        where TLane : struct, ILane<TLane, float>;
}
