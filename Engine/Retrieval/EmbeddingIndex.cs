using QEngine.Models;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Exact search over embeddings in memory, by fidelity or by cosine.</summary>
/// <remarks>
/// Scores are ln F = sum_i ln((1 + x_u x_v + z_u z_v) / 2) under fidelity, at most 0, so that nothing underflows and no ties appear that
/// the states do not have; under cosine they are u . v / (|u| |v|), -1 to 1, and 0 for a vector of zeros. Equal scores are ordered by the
/// smaller document index. A pair's score has the same bits in every method, batch and at any thread count.
/// Immutable and safe from many threads. Memory: 2 k numbers a document for fidelity, k for cosine; a search adds a few MB.
/// </remarks>
public sealed class EmbeddingIndex
{
    // Scores held at once: 4 MB, little enough for the second-level cache and the last to serve, and many queries a document read.
    private const int QueriesPerChunk = 128;
    private const int DocumentsPerSlab = 8192;

    // Documents laid side by side at a time for re-ranking.
    private const int GatheredDocuments = 512;

    private readonly float[] _rows;
    private readonly IPairScores _scores;
    private readonly WorkerPool _workers;
    private readonly int _width;

    /// <summary>Takes in the documents' embeddings; they are copied.</summary>
    /// <param name="similarity">How embeddings are compared.</param>
    /// <param name="dimension">k, numbers an embedding, at least 1.</param>
    /// <param name="embeddings">[documents, k] in the default format: angles in radians for fidelity, vectors of any length for cosine.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">The length is no multiple of k, a number is not finite, or there are too many for one array.</exception>
    public EmbeddingIndex(Similarity similarity, int dimension, ReadOnlySpan<float> embeddings, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        if (dimension < 1) throw new QEngineException($"index: expected a dimension of at least 1, found {dimension}");
        (Similarity, Dimension, _workers) = (similarity, dimension, workers);
        _scores = similarity == Similarity.Fidelity ? new FidelityScores(dimension) : new CosineScores(dimension);
        _width = _scores.Width;
        Count = Rows(embeddings, "documents");
        if ((long)Count * _width > Array.MaxLength)
            throw new QEngineException($"index: expected at most {Array.MaxLength / _width} documents of dimension {dimension}, found {Count}");
        _rows = GC.AllocateUninitializedArray<float>(Count * _width);
        Prepare(embeddings, _rows, "document");
    }

    /// <summary>How embeddings are compared.</summary>
    public Similarity Similarity { get; }

    /// <summary>k, numbers an embedding.</summary>
    public int Dimension { get; }

    /// <summary>The number of documents.</summary>
    public int Count { get; }

    /// <summary>The best documents for one query.</summary>
    /// <param name="query">[k], in the default format.</param>
    /// <param name="k">The most documents wanted, at least 1.</param>
    /// <param name="hits">Receives them, best first; room for k, or for all documents where there are fewer.</param>
    /// <returns>How many there are: the smaller of k and <see cref="Count"/>.</returns>
    /// <exception cref="QEngineException">A length does not fit, k is below 1, or a number of the query is not finite.</exception>
    public int Search(ReadOnlySpan<float> query, int k, Span<Hit> hits)
    {
        if (query.Length != Dimension) throw new QEngineException($"index: expected a query of {Dimension} numbers, found {query.Length}");
        Hit[] found = SearchAll(query, k)[0];
        if (hits.Length < found.Length) throw new QEngineException($"index: expected room for {found.Length} hits, found {hits.Length}");
        found.CopyTo(hits);
        return found.Length;
    }

    /// <summary>The best documents for each of many queries.</summary>
    /// <param name="queries">[queries, dimension], in the default format.</param>
    /// <param name="k">The most documents wanted for a query, at least 1.</param>
    /// <returns>For each query the smaller of k and <see cref="Count"/> hits, best first.</returns>
    /// <exception cref="QEngineException">The length is no multiple of the dimension, k is below 1, or a number is not finite.</exception>
    public Hit[][] SearchAll(ReadOnlySpan<float> queries, int k)
    {
        if (k < 1) throw new QEngineException($"index: expected k of at least 1, found {k}");
        int count = Rows(queries, "queries"), chunk = Math.Min(QueriesPerChunk, count);
        Hit[][] hits = new Hit[count][];
        float[] prepared = GC.AllocateUninitializedArray<float>(chunk * _width);
        float[] scores = GC.AllocateUninitializedArray<float>(chunk * Math.Min(DocumentsPerSlab, Count));
        TopK[] best = new TopK[chunk];
        for (int i = 0; i < chunk; i++) best[i] = new TopK(k);
        for (int first = 0; first < count; first += chunk)
        {
            int size = Math.Min(chunk, count - first);
            Span<float> rows = prepared.AsSpan(0, size * _width);
            Prepare(queries.Slice(first * Dimension, size * Dimension), rows, "query", first);
            for (int document = 0; document < Count; document += DocumentsPerSlab)
            {
                int documents = Math.Min(DocumentsPerSlab, Count - document);
                _scores.Compute(_workers, rows, _rows.AsSpan(document * _width, documents * _width), scores.AsSpan(0, size * documents));
                SelectBody select = new(best, scores, document, documents);
                _workers.For(size, ref select);
            }
            for (int i = 0; i < size; i++) hits[first + i] = best[i].Drain().ToArray();
        }
        return hits;
    }

    /// <summary>The scores of given documents, for re-ranking.</summary>
    /// <param name="query">[dimension], in the default format.</param>
    /// <param name="documents">Documents to score, in any order, each from 0 to <see cref="Count"/> less 1.</param>
    /// <param name="scores">Receives one score a document; of the same length.</param>
    /// <exception cref="QEngineException">Lengths differ, a document index is out of range, or a number of the query is not finite.</exception>
    public void Score(ReadOnlySpan<float> query, ReadOnlySpan<int> documents, Span<float> scores)
    {
        if (query.Length != Dimension) throw new QEngineException($"index: expected a query of {Dimension} numbers, found {query.Length}");
        if (scores.Length != documents.Length) throw new QEngineException($"index: expected room for {documents.Length} scores, found {scores.Length}");
        foreach (int document in documents)
        {
            if ((uint)document >= (uint)Count) throw new QEngineException($"index: expected a document index from 0 to {Count - 1}, found {document}");
        }
        float[] prepared = new float[_width];
        Prepare(query, prepared, "query");
        // The documents are laid side by side first, so that their scores come from the very kernel of a search.
        Span<float> rows = GC.AllocateUninitializedArray<float>(Math.Min(GatheredDocuments, documents.Length) * _width);
        for (int first = 0; first < documents.Length; first += GatheredDocuments)
        {
            int count = Math.Min(GatheredDocuments, documents.Length - first);
            for (int i = 0; i < count; i++) _rows.AsSpan(documents[first + i] * _width, _width).CopyTo(rows[(i * _width)..]);
            _scores.Compute(_workers, prepared, rows[..(count * _width)], scores.Slice(first, count));
        }
    }

    private int Rows(ReadOnlySpan<float> embeddings, string what) => embeddings.Length % Dimension == 0
        ? embeddings.Length / Dimension
        : throw new QEngineException($"index: expected {what} of {Dimension} numbers each, found {embeddings.Length} numbers");

    private void Prepare(ReadOnlySpan<float> embeddings, Span<float> rows, string what, int first = 0)
    {
        for (int i = 0; i < embeddings.Length; i++)
        {
            if (!float.IsFinite(embeddings[i]))
                throw new QEngineException($"index: expected finite embeddings, found {embeddings[i]} in {what} {first + (i / Dimension)}, column {i % Dimension}");
        }
        for (int row = 0; row < embeddings.Length / Dimension; row++)
            _scores.Prepare(embeddings.Slice(row * Dimension, Dimension), rows.Slice(row * _width, _width));
    }

    /// <summary>Offers one query's scores of a slab per item.</summary>
    private readonly struct SelectBody(TopK[] best, float[] scores, int firstDocument, int documents) : IParallelBody
    {
        public void Invoke(int query)
        {
            TopK selection = best[query];
            ReadOnlySpan<float> row = scores.AsSpan(query * documents, documents);
            float bar = selection.Threshold;
            bool full = selection.Count == selection.Capacity;
            for (int i = 0; i < row.Length; i++)
            {
                // Documents come in ascending order, so one that only equals the worst kept score loses the tie.
                if (full && row[i] <= bar) continue;
                selection.Push(row[i], firstDocument + i);
                bar = selection.Threshold;
                full = selection.Count == selection.Capacity;
            }
        }
    }
}
