using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>
/// Exact search over blocks of embeddings, at the cost of their distances; holds the scratch memory of one search at a time.
/// </summary>
/// <remarks>
/// Scores are those of <see cref="EmbeddingIndex"/>, bit for bit, and so are the hits: equal scores are ordered by the smaller index. What
/// differs is that most rows are never scored. Every pair's squared distance comes from a matrix product, and a row whose distance bounds
/// its score below the worst hit so far, roundings included, is left out (<see cref="Quantum.FidelityBound"/> for ln F). Of trained
/// embeddings hardly more rows are left than there are hits. Angles more than half a turn from some row's, which no model gives, are
/// compared pair by pair.
/// <para>A warm search allocates nothing. One instance serves one search at a time; results do not depend on the number of threads.</para>
/// </remarks>
internal sealed class EmbeddingSearcher
{
    /// <summary>Queries that share one reading of the documents.</summary>
    internal const int QueriesPerChunk = 1024;

    // Hits kept at once.
    private const int Kept = 1 << 24;

    private readonly WorkerPool _workers;
    private readonly QueryChunk _queries;
    private readonly BlockScan _scan;
    private readonly ScratchSet _scratch = new();

    /// <summary>Creates a searcher.</summary>
    /// <param name="similarity">How embeddings are compared.</param>
    /// <param name="dimension">k, numbers an embedding, at least 1.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimension"/> is below 1.</exception>
    public EmbeddingSearcher(Similarity similarity, int dimension, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        (Similarity, Dimension, _workers, _queries, _scan) =
            (similarity, dimension, workers, new QueryChunk(similarity, dimension), new BlockScan(workers));
    }

    /// <summary>How embeddings are compared.</summary>
    public Similarity Similarity { get; }

    /// <summary>k, numbers an embedding.</summary>
    public int Dimension { get; }

    /// <summary>The best documents for each of some queries.</summary>
    /// <param name="blocks">The documents, in any order; every index occurs once.</param>
    /// <param name="queries">[queries, dimension], in the default format.</param>
    /// <param name="k">The most documents wanted for a query, at least 1.</param>
    /// <param name="hits">
    /// [queries, m] with m the smaller of k and the number of documents that may be found: receives each query's hits, best first.
    /// </param>
    /// <returns>m.</returns>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, k is below 1, or a block is null or of another similarity or dimension.
    /// </exception>
    /// <exception cref="QEngineException">A number of a query is not finite.</exception>
    public int Search(ReadOnlySpan<EmbeddingBlock> blocks, ReadOnlySpan<float> queries, int k, Span<Hit> hits)
    {
        int count = Queries(queries), maxHits = MaxHits(blocks, k);
        if (hits.Length < (long)count * maxHits)
            throw new ArgumentException($"expected room for {(long)count * maxHits} hits, found {hits.Length}", nameof(hits));
        SpanSink sink = new(hits, maxHits);
        Run<ExactScan, SpanSink>(blocks, queries, maxHits, 0, false, ref sink);
        return maxHits;
    }

    /// <summary>The same with an array for each query.</summary>
    /// <param name="blocks">The documents.</param>
    /// <param name="queries">[queries, dimension].</param>
    /// <param name="k">The most documents wanted for a query.</param>
    /// <returns>For each query its hits, best first.</returns>
    /// <exception cref="ArgumentException">As above, and so is what else is thrown.</exception>
    public Hit[][] SearchAll(ReadOnlySpan<EmbeddingBlock> blocks, ReadOnlySpan<float> queries, int k)
    {
        int count = Queries(queries), maxHits = MaxHits(blocks, k);
        Hit[][] hits = new Hit[count][];
        Array.Fill(hits, []);
        ArraySink sink = new(hits);
        Run<ExactScan, ArraySink>(blocks, queries, maxHits, 0, false, ref sink);
        return hits;
    }

    /// <summary>
    /// The best documents by their codes, or by the rows where a block has no codes; nearly those of <see cref="Search"/>.
    /// </summary>
    /// <param name="blocks">The documents, in any order; every index occurs once.</param>
    /// <param name="queries">[queries, dimension], in the default format.</param>
    /// <param name="k">The most documents wanted for a query, at least 1.</param>
    /// <param name="rescored">
    /// How many of the nearest by code are scored exactly, at least k; 0 for none: then a score is what is to be expected at the codes'
    /// distance.
    /// </param>
    /// <param name="hits">[queries, m] with m the smaller of k and the number of documents: receives each query's hits, best first.</param>
    /// <returns>m.</returns>
    /// <exception cref="ArgumentException">
    /// As in <see cref="Search"/>, or <paramref name="rescored"/> is neither 0 nor at least k.
    /// </exception>
    public int SearchNearest(ReadOnlySpan<EmbeddingBlock> blocks, ReadOnlySpan<float> queries, int k, int rescored, Span<Hit> hits)
    {
        int count = Queries(queries), maxHits = MaxHits(blocks, k);
        RequireRescored(k, rescored);
        if (hits.Length < (long)count * maxHits)
            throw new ArgumentException($"expected room for {(long)count * maxHits} hits, found {hits.Length}", nameof(hits));
        SpanSink sink = new(hits, maxHits);
        Run<ApproximateScan, SpanSink>(blocks, queries, maxHits, MaxHits(blocks, Math.Max(k, rescored)), rescored > 0, ref sink);
        return maxHits;
    }

    /// <summary>The same with an array for each query.</summary>
    /// <param name="blocks">The documents.</param>
    /// <param name="queries">[queries, dimension].</param>
    /// <param name="k">The most documents wanted for a query.</param>
    /// <param name="rescored">How many of the nearest by code are scored exactly, or 0.</param>
    /// <returns>For each query its hits, best first.</returns>
    /// <exception cref="ArgumentException">As above, and so is what else is thrown.</exception>
    public Hit[][] SearchNearestAll(ReadOnlySpan<EmbeddingBlock> blocks, ReadOnlySpan<float> queries, int k, int rescored)
    {
        int count = Queries(queries), maxHits = MaxHits(blocks, k);
        RequireRescored(k, rescored);
        Hit[][] hits = new Hit[count][];
        Array.Fill(hits, []);
        ArraySink sink = new(hits);
        Run<ApproximateScan, ArraySink>(blocks, queries, maxHits, MaxHits(blocks, Math.Max(k, rescored)), rescored > 0, ref sink);
        return hits;
    }

    private static void RequireRescored(int k, int rescored)
    {
        if (rescored != 0 && rescored < k)
            throw new ArgumentOutOfRangeException(
                nameof(rescored), rescored, $"expected to score none or at least {k} documents of a query");
    }

    private int Queries(ReadOnlySpan<float> queries) => queries.Length % Dimension == 0
        ? queries.Length / Dimension
        : throw new ArgumentException($"expected queries of {Dimension} numbers each, found {queries.Length} numbers", nameof(queries));

    private int MaxHits(ReadOnlySpan<EmbeddingBlock> blocks, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        Require.Items(blocks);
        long documents = 0;
        foreach (EmbeddingBlock block in blocks)
        {
            if (block.Similarity != Similarity || block.Dimension != Dimension)
                throw new ArgumentException(
                    $"expected blocks of dimension {Dimension} compared by {Similarity}, "
                    + $"found one of {block.Dimension} by {block.Similarity}",
                    nameof(blocks));
            documents += block.FoundCount;
        }
        return (int)Math.Min(k, documents);
    }

    private void Run<TStep, TSink>(
        ReadOnlySpan<EmbeddingBlock> blocks, ReadOnlySpan<float> queries, int maxHits, int candidates, bool rescored, ref TSink sink)
        where TStep : struct, IScanStep
        where TSink : struct, IHitSink, allows ref struct
    {
        using ScratchSet.Scope scratch = _scratch.Enter();
        int count = queries.Length / Dimension, chunk = Math.Clamp(Kept / Math.Max(1, Math.Max(maxHits, candidates)), 1, QueriesPerChunk);
        for (int first = 0; first < count; first += chunk)
        {
            int size = Math.Min(chunk, count - first);
            _queries.Load(queries.Slice(first * Dimension, size * Dimension), first);
            if (maxHits == 0) continue;
            for (int i = 0; i < size; i++)
            {
                _queries.Best(i).Reset(maxHits);
                _queries.Nearest(i).Reset(Math.Max(1, candidates));
            }
            foreach (EmbeddingBlock block in blocks)
                if (block.FoundCount > 0) _scan.Run<TStep>(_queries, block);
            if (candidates > 0)
            {
                CandidateKernel score = new(_queries, blocks, rescored);
                RangeKernel.Run<CandidateKernel, float>(_workers, size, (long)candidates * Dimension, ref score);
            }
            for (int i = 0; i < size; i++) sink.Take(first + i, _queries.Best(i).Drain());
        }
    }

    /// <summary>Turns the nearest rows into hits. A unit is a query.</summary>
    private readonly ref struct CandidateKernel(
        QueryChunk queries, ReadOnlySpan<EmbeddingBlock> blocks, bool rescored) : IRangeKernel<float>
    {
        private readonly ReadOnlySpan<EmbeddingBlock> _blocks = blocks;

        void IRangeKernel<float>.Run<TLane>(int from, int to)
        {
            for (int query = from; query < to; query++)
            {
                foreach (Hit near in queries.Nearest(query).Drain())
                {
                    EmbeddingBlock block = GivenScores.BlockOf(_blocks, near.Index);
                    if (rescored) RowScores.Offer(queries, query, block, 0, [near.Index - block.FirstIndex]);
                    else queries.Best(query).Push(block.Scores.Expected(-(double)near.Score), near.Index);
                }
            }
        }
    }

    private interface IHitSink
    {
        void Take(int query, ReadOnlySpan<Hit> hits);
    }

    private readonly ref struct SpanSink(Span<Hit> all, int maxHits) : IHitSink
    {
        private readonly Span<Hit> _all = all;

        public void Take(int query, ReadOnlySpan<Hit> hits) => hits.CopyTo(_all[(query * maxHits)..]);
    }

    private readonly struct ArraySink(Hit[][] all) : IHitSink
    {
        public void Take(int query, ReadOnlySpan<Hit> hits) => all[query] = hits.ToArray();
    }
}
