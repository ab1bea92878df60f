using NUnit.Framework;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>What is found without scoring everything is what scoring everything finds, bit for bit.</summary>
public sealed class EmbeddingSearcherTests
{
    private static readonly WorkerPool[] Pools = [WorkerPool.Single, new(2), new(3)];

    [Property(MaxTest = 250)]
    public void Hits_are_those_of_scoring_every_pair(int seed, byte kind, byte similarity)
    {
        SearchCase made = new(seed, kind, (Similarity)(similarity % 3));
        Hit[][] expected = BruteForce(made.Similarity, made.Dimension, made.Queries, made.Documents, made.K);

        foreach (WorkerPool pool in Pools)
        {
            EmbeddingSearcher searcher = new(made.Similarity, made.Dimension, pool);
            Hit[][] found = searcher.SearchAll(made.Blocks(pool), made.Queries, made.K);

            Same($"{made}, {pool.Count} threads", found, expected);
        }
    }

    [TestCase(Similarity.Fidelity)]
    [TestCase(Similarity.Cosine)]
    [TestCase(Similarity.StateFidelity)]
    public void A_single_query_over_several_slabs_finds_the_same_as_a_batch_of_them(Similarity similarity)
    {
        const int Documents = 150_000, Queries = 20;
        int dimension = similarity == Similarity.StateFidelity ? 4 : 3;
        float[] rows = new float[Documents * dimension], asked = Samples.Uniform<float>(2, Queries * dimension, 0.2, 2);
        EmbeddingBlock.Keep(similarity, dimension, Samples.Uniform<float>(1, Documents * dimension, 0, 2), rows);
        EmbeddingBlock block = new(similarity, dimension, rows, 0, Pools[1]);
        EmbeddingSearcher searcher = new(similarity, dimension, Pools[1]);

        Hit[][] batch = searcher.SearchAll([block], asked, 30);

        Same("batch", batch, BruteForce(similarity, dimension, asked, rows, 30));
        Hit[] alone = new Hit[30];
        for (int query = 0; query < Queries; query++)
        {
            Assert.That(searcher.Search([block], asked.AsSpan(query * dimension, dimension), 30, alone), Is.EqualTo(30));
            Assert.That(alone, Is.EqualTo(batch[query]));
        }
    }

    [TestCase(Similarity.Fidelity)]
    [TestCase(Similarity.Cosine)]
    [TestCase(Similarity.StateFidelity)]
    public void More_queries_than_a_chunk_are_all_answered(Similarity similarity)
    {
        SearchCase made = new(5, 0, similarity, queries: (2 * EmbeddingSearcher.QueriesPerChunk) + 88);

        Same("many queries", new EmbeddingSearcher(similarity, made.Dimension, Pools[2]).SearchAll(made.Blocks(Pools[2]), made.Queries, 4), BruteForce(similarity, made.Dimension, made.Queries, made.Documents, 4));
    }

    [TestCase(Similarity.Fidelity)]
    [TestCase(Similarity.Cosine)]
    [TestCase(Similarity.StateFidelity)]
    public void A_warm_search_allocates_nothing(Similarity similarity)
    {
        SearchCase made = new(7, 0, similarity, queries: 3);
        EmbeddingBlock[] blocks = made.Blocks(WorkerPool.Single);
        EmbeddingSearcher searcher = new(similarity, made.Dimension, WorkerPool.Single);
        EmbeddingIndex index = new(similarity, made.Dimension, made.Documents, WorkerPool.Single);
        Hit[] hits = new Hit[3 * 10];
        void Warm() => searcher.Search(blocks, made.Queries, 10, hits);
        void WarmIndex() => index.Search(made.Queries.AsSpan(0, made.Dimension), 10, hits);
        Warm();
        WarmIndex();

        Assert.That(Allocation.Fewest(Warm), Is.Zero);
        Assert.That(Allocation.Fewest(WarmIndex), Is.Zero);
    }

    [Test]
    public void Trained_angles_are_hardly_ever_scored()
    {
        // As a model's: every qubit around an angle of its own. What a hit's score lets through is counted by its distance.
        SearchCase made = new(11, SearchCase.Cone, Similarity.Fidelity, queries: 5, qubits: 64);
        Hit[][] hits = BruteForce(made.Similarity, 64, made.Queries, made.Documents, 10);

        for (int query = 0; query < 5; query++)
        {
            double reach = FidelityBound.Reach(64, hits[query][^1].Score);
            int within = Enumerable.Range(0, made.Documents.Length / 64).Count(row => Enumerable.Range(0, 64).Sum(i => Math.Pow((double)made.Queries[(query * 64) + i] - made.Documents[(row * 64) + i], 2)) <= reach);
            Assert.That(within, Is.InRange(10, 13));
        }
    }

    [Test]
    public void Blocks_and_arguments_that_do_not_fit_are_refused()
    {
        EmbeddingBlock block = new(Similarity.Cosine, 2, new float[] { 1, 0, 0, 1 }, 0, WorkerPool.Single);
        EmbeddingSearcher searcher = new(Similarity.Cosine, 2, WorkerPool.Single);

        Assert.That(() => new EmbeddingBlock(Similarity.Cosine, 2, new float[] { 1, 0, 1, 1 }, 0, WorkerPool.Single), Failure("rows of length 1, or of zeros, found something else in row 1"));
        Assert.That(() => new EmbeddingBlock(Similarity.Fidelity, 2, new float[] { 1, 0, 1, 3.2f }, 0, WorkerPool.Single), Failure("angles from -pi to pi, found something else in row 1"));
        Assert.That(() => new EmbeddingBlock(Similarity.Fidelity, 2, new float[] { float.NaN, 0 }, 0, WorkerPool.Single), Failure("row 0"));
        Assert.That(() => new EmbeddingBlock(Similarity.Cosine, 2, new float[3], 0, WorkerPool.Single), BadArgument.Named("rows", "found 3 numbers"));
        Assert.That(() => new EmbeddingBlock(Similarity.Cosine, 2, new float[4], int.MaxValue - 1, WorkerPool.Single), BadArgument.OutOfRange("firstIndex", int.MaxValue - 1));
        Assert.That(() => searcher.SearchAll([block], [1, 0], 0), BadArgument.OutOfRange("k", 0));
        Assert.That(() => searcher.SearchAll([block], [1], 1), BadArgument.Named("queries", "found 1 numbers"));
        Assert.That(() => searcher.SearchAll([block], [1, 0, 0, float.NaN], 1), Failure("query 1, column 1"));
        Assert.That(() => searcher.Search([block], [1, 0], 2, new Hit[1]), BadArgument.Named("hits", "room for 2 hits, found 1"));
        Assert.That(() => new EmbeddingSearcher(Similarity.Fidelity, 2, WorkerPool.Single).SearchAll([block], [1, 0], 1), BadArgument.Named("blocks", "compared by Fidelity"));
        Assert.That(() => searcher.SearchAll([block, null!], [1, 0], 1), BadArgument.Named("blocks", "index 1"));
        Assert.That(() => new EmbeddingSearcher(Similarity.StateFidelity, 3, WorkerPool.Single), BadArgument.OutOfRange("dimension", 3));
        Assert.That(() => new EmbeddingBlock(Similarity.StateFidelity, 2, new float[] { 1, 0, 1, 1 }, 0, WorkerPool.Single), Failure("states of length 1, or of zeros, found something else in row 1"));
        Assert.That(() => new EmbeddingBlock(Similarity.StateFidelity, 2, new float[] { 1, 0 }, 0, WorkerPool.Single).With(OneCode()), Failure("no codes of rows compared by state-fidelity"));
        Assert.That(() => new EmbeddingSearcher(Similarity.Fidelity, 0, WorkerPool.Single), BadArgument.OutOfRange("dimension", 0));
    }

    [Test]
    public void No_blocks_and_no_rows_have_no_hits()
    {
        EmbeddingSearcher searcher = new(Similarity.Fidelity, 2, WorkerPool.Single);
        EmbeddingBlock empty = new(Similarity.Fidelity, 2, ReadOnlyMemory<float>.Empty, 3, WorkerPool.Single);

        Assert.That(searcher.SearchAll([], [1, 1], 5), Is.EqualTo(new Hit[][] { [] }));
        Assert.That(searcher.Search([empty, empty], [1, 1], 5, []), Is.Zero);
        Assert.That(searcher.SearchAll([empty], [], 5), Is.Empty);
    }

    private static CodeBlock OneCode()
    {
        EmbeddingBlock block = new(Similarity.Cosine, 2, new float[] { 1, 0 }, 0, WorkerPool.Single);
        return CodeBlock.Encode(ScalarQuantizer.Train(CodeBits.Eight, 2, block.Rows.Span), block, WorkerPool.Single);
    }

    internal static void Same(string what, Hit[][] found, Hit[][] expected)
    {
        Assert.That(found, Has.Length.EqualTo(expected.Length), what);
        for (int query = 0; query < found.Length; query++) Bits.AreEqual($"{what}, query {query}", found[query], expected[query]);
    }

    /// <summary>Every pair scored by the kernels of all pairs, and sorted.</summary>
    internal static Hit[][] BruteForce(Similarity similarity, int dimension, float[] queries, float[] rows, int k)
    {
        int asked = queries.Length / dimension, count = rows.Length / dimension;
        float[] scores = new float[asked * count];
        if (similarity == Similarity.Fidelity)
        {
            FidelityMatrix.Forward<float>(WorkerPool.Single, States(dimension, queries), States(dimension, rows), dimension, scores);
        }
        else
        {
            float[] kept = new float[queries.Length];
            EmbeddingBlock.Keep(similarity, dimension, queries, kept);
            if (similarity == Similarity.StateFidelity) StateFidelity.All<float>(WorkerPool.Single, kept, rows, dimension / 2, scores);
            else new CosineScores(dimension).Compute(WorkerPool.Single, kept, rows, scores);
        }
        return [.. Enumerable.Range(0, asked).Select(query => Enumerable.Range(0, count)
            .Select(row => new Hit(row, scores[(query * count) + row])).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Index).Take(k).ToArray())];
    }

    private static float[] States(int qubits, float[] angles)
    {
        float[] states = new float[2 * angles.Length];
        for (int i = 0; i < angles.Length; i += qubits) Readout.FromAngles<float>(angles.AsSpan(i, qubits), states.AsSpan(2 * i, 2 * qubits));
        return states;
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Failure(string part) =>
        Throws.TypeOf<QEngineException>().With.Message.Contains(part).And.Message.Not.Contains("\n");
}
