using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Rules rows out for many queries at once, by products of less accuracy than those of <see cref="IBlockDistances"/>.</summary>
internal interface IBlockPrefilter
{
    /// <summary>Marks all pairs whose computed excess is not above the query's limit, and a few others.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="limits">A finite limit for each query.</param>
    /// <param name="near">A bit for each pair, see <see cref="Codes.CodePrefilter"/>.</param>
    void Mark(WorkerPool workers, QueryChunk queries, int firstRow, int rows, ReadOnlySpan<float> limits, Span<uint> near);

    /// <summary>The products of one query with some rows, as <see cref="IBlockDistances.Dots"/> computes them.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="query">The query.</param>
    /// <param name="firstRow">The row that 0 stands for.</param>
    /// <param name="rows">The rows, counted from there.</param>
    /// <param name="dots">One for each of <paramref name="rows"/>.</param>
    void Dots(QueryChunk queries, int query, int firstRow, ReadOnlySpan<int> rows, Span<float> dots);
}
