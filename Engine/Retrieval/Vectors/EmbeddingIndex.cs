using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Exact search over embeddings in memory, by cosine, by fidelity of product states or by that of any states.</summary>
/// <remarks>
/// Scores are ln F = sum_i ln((1 + x_u x_v + z_u z_v) / 2) under fidelity, at most 0, so that nothing underflows and no ties appear that
/// the states do not have; under state fidelity they are ln of |&lt;u|v&gt;|^2 / (|u|^2 |v|^2), which counts as 1e-9 below that; under
/// cosine they are u . v / (|u| |v|), -1 to 1, and 0 for a vector of zeros. Equal scores are ordered by the smaller document index. A
/// pair's score has the same bits in every method, batch and at any thread count. Angles beyond pi are taken back by whole turns. How it is
/// searched: <see cref="EmbeddingSearcher"/>.
/// Immutable and safe from many threads: as many search at a time as there are processors, or threads of the pool if those are more.
/// Memory: k + 1 numbers a document; a search adds a few MB, kept for as many as the pool has threads.
/// </remarks>
public sealed class EmbeddingIndex
{
    private readonly EmbeddingBlock _block;
    private readonly WorkerPool _workers;

    // Kept from one search to the next; searches at the same time have their own.
    private readonly Pool<EmbeddingSearcher> _searchers;

    /// <summary>Takes in the documents' embeddings; they are copied.</summary>
    /// <param name="similarity">How embeddings are compared.</param>
    /// <param name="dimension">k, numbers an embedding, at least 1.</param>
    /// <param name="embeddings">
    /// [documents, k] in the default format: angles in radians for fidelity, vectors of any length otherwise, of which those of states are
    /// the real parts of their amplitudes and then the imaginary ones.
    /// </param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">
    /// The length is no multiple of k, k or the similarity is out of range, or k is odd with states.
    /// </exception>
    /// <exception cref="QEngineException">A number is not finite.</exception>
    public EmbeddingIndex(Similarity similarity, int dimension, ReadOnlySpan<float> embeddings, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        _workers = workers;
        float[] rows = GC.AllocateUninitializedArray<float>(embeddings.Length);
        EmbeddingBlock.Keep(similarity, dimension, embeddings, rows);
        _block = new EmbeddingBlock(similarity, dimension, rows, 0, workers);
        _searchers = new Pool<EmbeddingSearcher>(
            () => new EmbeddingSearcher(similarity, dimension, workers), workers.Count,
            Math.Max(workers.Count, Environment.ProcessorCount));
    }

    /// <summary>How embeddings are compared.</summary>
    public Similarity Similarity => _block.Similarity;

    /// <summary>k, numbers an embedding.</summary>
    public int Dimension => _block.Dimension;

    /// <summary>The number of documents.</summary>
    public int Count => _block.Count;

    /// <summary>The best documents for one query. A warm search allocates nothing.</summary>
    /// <param name="query">[k], in the default format.</param>
    /// <param name="k">The most documents wanted, at least 1.</param>
    /// <param name="hits">Receives them, best first; room for k, or for all documents where there are fewer.</param>
    /// <returns>How many there are: the smaller of k and <see cref="Count"/>.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or k is below 1.</exception>
    /// <exception cref="QEngineException">A number of the query is not finite.</exception>
    public int Search(ReadOnlySpan<float> query, int k, Span<Hit> hits)
    {
        RequireQuery(query);
        EmbeddingSearcher searcher = _searchers.Take();
        try
        {
            return searcher.Search([_block], query, k, hits);
        }
        finally
        {
            _searchers.Return(searcher);
        }
    }

    /// <summary>The best documents for each of many queries.</summary>
    /// <param name="queries">[queries, dimension], in the default format.</param>
    /// <param name="k">The most documents wanted for a query, at least 1.</param>
    /// <returns>For each query the smaller of k and <see cref="Count"/> hits, best first.</returns>
    /// <exception cref="ArgumentException">The length is no multiple of the dimension, or k is below 1.</exception>
    /// <exception cref="QEngineException">A number is not finite.</exception>
    public Hit[][] SearchAll(ReadOnlySpan<float> queries, int k)
    {
        EmbeddingSearcher searcher = _searchers.Take();
        try
        {
            return searcher.SearchAll([_block], queries, k);
        }
        finally
        {
            _searchers.Return(searcher);
        }
    }

    /// <summary>The scores of given documents, for re-ranking.</summary>
    /// <param name="query">[dimension], in the default format.</param>
    /// <param name="documents">Documents to score, in any order, each from 0 to <see cref="Count"/> less 1.</param>
    /// <param name="scores">Receives one score a document; of the same length.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a document index is out of range.</exception>
    /// <exception cref="QEngineException">A number of the query is not finite.</exception>
    public void Score(ReadOnlySpan<float> query, ReadOnlySpan<int> documents, Span<float> scores)
    {
        RequireQuery(query);
        GivenScores.Compute([_block], query, documents, scores, _workers);
    }

    /// <summary>What is kept from one search to the next.</summary>
    internal Pool<EmbeddingSearcher> Kept => _searchers;

    private void RequireQuery(ReadOnlySpan<float> query)
    {
        if (query.Length != Dimension)
            throw new ArgumentException($"expected a query of {Dimension} numbers, found {query.Length}", nameof(query));
    }
}
