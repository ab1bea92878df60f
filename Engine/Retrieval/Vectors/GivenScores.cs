using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Exact scores of given documents, for re-ranking what something else has found.</summary>
internal static class GivenScores
{
    // Documents expanded at a time.
    private const int AtOnce = 512;

    /// <summary>Scores documents, to the bits of a search.</summary>
    /// <param name="blocks">The documents, numbered through; one block or more, all of one similarity and dimension.</param>
    /// <param name="query">[k], in the default format.</param>
    /// <param name="documents">Their indices, in any order.</param>
    /// <param name="scores">Receives one score a document; of the same length.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">Lengths differ, or no block has such an index.</exception>
    /// <exception cref="QEngineException">A number of the query is not finite.</exception>
    public static void Compute(
        ReadOnlySpan<EmbeddingBlock> blocks, ReadOnlySpan<float> query, ReadOnlySpan<int> documents, Span<float> scores, WorkerPool workers)
    {
        if (scores.Length != documents.Length)
            throw new ArgumentException($"expected room for {documents.Length} scores, found {scores.Length}", nameof(scores));
        foreach (int document in documents) _ = BlockOf(blocks, document);
        if (documents.IsEmpty) return;
        IPairScores pairs = blocks[0].Scores;
        QueryChunk prepared = new(blocks[0].Similarity, blocks[0].Dimension);
        prepared.Load(query, 0);
        // The documents are expanded side by side first, so that their scores come from the very kernel of a search.
        int width = pairs.Width;
        Span<float> expanded = GC.AllocateUninitializedArray<float>(Math.Min(AtOnce, documents.Length) * width);
        for (int first = 0; first < documents.Length; first += AtOnce)
        {
            int count = Math.Min(AtOnce, documents.Length - first);
            for (int i = 0; i < count; i++)
            {
                EmbeddingBlock block = BlockOf(blocks, documents[first + i]);
                pairs.Expand(block.Slice(documents[first + i] - block.FirstIndex, 1), expanded.Slice(i * width, width));
            }
            pairs.Compute(workers, prepared.Expanded(0), expanded[..(count * width)], scores.Slice(first, count));
        }
    }

    /// <summary>The block that holds a document.</summary>
    public static EmbeddingBlock BlockOf(ReadOnlySpan<EmbeddingBlock> blocks, int index)
    {
        foreach (EmbeddingBlock block in blocks)
        {
            if (index >= block.FirstIndex && index - block.FirstIndex < block.Count) return block;
        }
        throw new ArgumentOutOfRangeException(
            "documents", index,
            $"expected document indices from 0 to {(blocks.IsEmpty ? -1 : blocks[^1].FirstIndex + blocks[^1].Count - 1)}");
    }
}
