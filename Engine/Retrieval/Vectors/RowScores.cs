using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Exact scores of a few rows of a block.</summary>
internal static class RowScores
{
    /// <summary>The most rows that are expanded and scored together.</summary>
    public const int Group = 16;

    /// <summary>Scores rows and offers them to the query's best.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="query">The query.</param>
    /// <param name="block">The block.</param>
    /// <param name="firstRow">The row of the block that 0 stands for.</param>
    /// <param name="group">At most <see cref="Group"/> rows, counted from there.</param>
    public static void Offer(QueryChunk queries, int query, EmbeddingBlock block, int firstRow, ReadOnlySpan<int> group)
    {
        int width = block.Scores.Width;
        Span<float> expanded = Scratch<Expanded, float>.Rent(group.Length * width), scores = stackalloc float[Group];
        scores = scores[..group.Length];
        for (int i = 0; i < group.Length; i++) block.Scores.Expand(block.Slice(firstRow + group[i], 1), expanded.Slice(i * width, width));
        block.Scores.Compute(WorkerPool.Single, queries.Expanded(query), expanded, scores);
        for (int i = 0; i < group.Length; i++) queries.Best(query).Push(scores[i], block.FirstIndex + firstRow + group[i]);
    }

    private readonly struct Expanded;
}
