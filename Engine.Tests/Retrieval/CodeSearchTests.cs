using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Searching by codes: exactly, and nearly.</summary>
public sealed class CodeSearchTests
{
    private static readonly WorkerPool[] Pools = [WorkerPool.Single, new(2), new(3)];
    private static readonly CodeBits[] AllBits = [CodeBits.One, CodeBits.Four, CodeBits.Eight];

    [Property(MaxTest = 200)]
    public void Exact_search_by_codes_finds_what_scoring_every_pair_finds(int seed, byte kind, bool cosine)
    {
        SearchCase made = new(seed, kind, cosine ? Similarity.Cosine : Similarity.Fidelity);
        Hit[][] expected = EmbeddingSearcherTests.BruteForce(made.Similarity, made.Dimension, made.Queries, made.Documents, made.K);

        foreach (CodeBits bits in AllBits)
        {
            EmbeddingSearcher searcher = new(made.Similarity, made.Dimension, Pools[1]);

            EmbeddingSearcherTests.Same($"{made}, {bits}", searcher.SearchAll(Coded(made, bits), made.Queries, made.K), expected);
        }
    }

    [Property(MaxTest = 150)]
    public void Distances_by_codes_are_within_the_residual_of_the_rows(int seed, byte kind, bool cosine)
    {
        SearchCase made = new(seed, kind, cosine ? Similarity.Cosine : Similarity.Fidelity);
        QueryChunk queries = new(made.Similarity, made.Dimension);
        queries.Load(made.Queries, 0);
        foreach (CodeBits bits in AllBits)
        {
            foreach (EmbeddingBlock block in Coded(made, bits))
            {
                queries.Enter(block);
                float[] dots = new float[queries.Count * block.Count];
                block.Distances.Dots(Pools[0], queries, 0, block.Count, dots);
                for (int query = 0; query < queries.Count; query++)
                {
                    RowBounds bounds = new(dots.AsSpan(query * block.Count, block.Count), block.Distances.Weights, block.Distances.Slope(queries, query));
                    for (int row = 0; row < block.Count; row++)
                    {
                        double exact = Squared(queries.Query(query), block.Slice(row, 1)), found = block.Distances.Distance(queries, query, bounds[row]);
                        // The limit of the exact distance is what a search goes by.
                        if (!(bounds[row] <= block.Distances.Limit(queries, query, exact))) Assert.Fail($"{made}, {bits}: a row at {exact} was ruled out");
                        Assert.That(bounds[row], Is.LessThanOrEqualTo(block.Distances.Excess(queries, query, found)));
                        double rounding = 2 * ((queries.Coded.Error(query) * Math.Sqrt(made.Dimension) * 128) + (4 * queries.Coded.Scale(query))) + (1e-6 * queries.Coded.Squares(query)) + 1e-6;
                        Assert.That(found, Is.EqualTo(exact).Within((2 * Math.Sqrt(exact) * block.Codes!.Residual) + (block.Codes.Residual * block.Codes.Residual) + rounding), $"{made}, {bits}");
                    }
                }
            }
        }
    }

    [Property(MaxTest = 150)]
    public void A_prefilter_leaves_out_no_row_within_a_limit(int seed, byte kind, bool cosine)
    {
        SearchCase made = new(seed, kind, cosine ? Similarity.Cosine : Similarity.Fidelity, queries: 9, qubits: new[] { 1, 5, 64, 129, 256 }[(seed & 0xFFFF) % 5]);
        QueryChunk queries = new(made.Similarity, made.Dimension);
        queries.Load(made.Queries, 0);
        foreach (CodeBits bits in AllBits)
        {
            foreach (EmbeddingBlock block in Coded(made, bits))
            {
                queries.Enter(block);
                IBlockPrefilter prefilter = block.Distances.PrefilterFor(queries)!;
                int words = (block.Count + 31) / 32;
                float[] dots = new float[9 * block.Count], limits = new float[9], again = new float[block.Count];
                uint[] near = new uint[9 * words];
                block.Distances.Dots(Pools[0], queries, 0, block.Count, dots);
                float Excess(int query, int row) =>
                    new RowBounds(dots.AsSpan(query * block.Count, block.Count), block.Distances.Weights, block.Distances.Slope(queries, query))[row];
                for (int query = 0; query < 9; query++) limits[query] = Excess(query, query * 31 % block.Count);

                prefilter.Mark(Pools[1], queries, 0, block.Count, limits, near);

                for (int query = 0; query < 9; query++)
                {
                    for (int row = 0; row < block.Count; row++)
                    {
                        bool marked = (near[(query * words) + (row / 32)] >> (row % 32) & 1) != 0;
                        if (!marked && Excess(query, row) <= limits[query]) Assert.Fail($"{made}, {bits}: row {row} was ruled out for query {query}");
                    }
                    prefilter.Dots(queries, query, 0, [.. Enumerable.Range(0, block.Count)], again);
                    Bits.AreEqual<float>($"{made}, {bits}, query {query}", again, dots.AsSpan(query * block.Count, block.Count));
                }
            }
        }
    }

    [TestCase(CodeBits.Eight, Similarity.Fidelity)]
    [TestCase(CodeBits.Eight, Similarity.Cosine)]
    [TestCase(CodeBits.Four, Similarity.Fidelity)]
    [TestCase(CodeBits.One, Similarity.Cosine)]
    public void Many_queries_over_several_slabs_find_what_one_at_a_time_finds(CodeBits bits, Similarity similarity)
    {
        const int Documents = 12_000, Dimension = 20, Queries = 20;
        float[] rows = new float[Documents * Dimension], asked = Samples.Uniform<float>(2, Queries * Dimension, 0.9, 1.3);
        EmbeddingBlock.Keep(similarity, Dimension, Samples.Uniform<float>(1, Documents * Dimension, 0.7, 1.5), rows);
        EmbeddingBlock block = new(similarity, Dimension, rows, 0, Pools[1]);
        EmbeddingBlock[] coded = [block.With(CodeBlock.Encode(ScalarQuantizer.Train(bits, Dimension, rows), block, Pools[1]))];
        EmbeddingSearcher searcher = new(similarity, Dimension, Pools[1]);
        Hit[] nearest = new Hit[Queries * 30], alone = new Hit[30];

        EmbeddingSearcherTests.Same($"{bits}", searcher.SearchAll(coded, asked, 30), EmbeddingSearcherTests.BruteForce(similarity, Dimension, asked, rows, 30));
        foreach (int rescored in new[] { 0, 50 })
        {
            searcher.SearchNearest(coded, asked, 30, rescored, nearest);
            for (int query = 0; query < Queries; query++)
            {
                searcher.SearchNearest(coded, asked.AsSpan(query * Dimension, Dimension), 30, rescored, alone);
                Bits.AreEqual<Hit>($"{bits}, query {query}", alone, nearest.AsSpan(query * 30, 30));
            }
        }
    }

    [Property(MaxTest = 60)]
    public void All_rows_rescored_are_an_exact_search(int seed, byte kind, bool cosine)
    {
        SearchCase made = new(seed, kind, cosine ? Similarity.Cosine : Similarity.Fidelity);
        int count = made.Documents.Length / made.Dimension;
        Hit[] expected = [.. EmbeddingSearcherTests.BruteForce(made.Similarity, made.Dimension, made.Queries, made.Documents, made.K).SelectMany(hits => hits)];
        Hit[] found = new Hit[expected.Length];

        new EmbeddingSearcher(made.Similarity, made.Dimension, Pools[2]).SearchNearest(Coded(made, CodeBits.Four), made.Queries, made.K, Math.Max(made.K, count), found);

        Bits.AreEqual<Hit>($"{made}", found, expected);
    }

    [TestCase(Similarity.Fidelity)]
    [TestCase(Similarity.Cosine)]
    public void One_query_a_batch_and_any_number_of_threads_find_the_same(Similarity similarity)
    {
        SearchCase made = new(3, SearchCase.Cone, similarity, queries: 40, qubits: 65);
        foreach (CodeBits bits in AllBits)
        {
            foreach (int rescored in new[] { 0, 30 })
            {
                Hit[] first = [];
                foreach (WorkerPool pool in Pools)
                {
                    EmbeddingSearcher searcher = new(similarity, 65, pool);
                    Hit[] batch = new Hit[40 * 10], alone = new Hit[10];
                    EmbeddingBlock[] blocks = Coded(made, bits);
                    Assert.That(searcher.SearchNearest(blocks, made.Queries, 10, rescored, batch), Is.EqualTo(10));
                    if (pool.Count == 1) first = batch;
                    Bits.AreEqual<Hit>($"{bits}, {pool.Count} threads", batch, first);
                    for (int query = 0; query < 40; query++)
                    {
                        searcher.SearchNearest(blocks, made.Queries.AsSpan(query * 65, 65), 10, rescored, alone);
                        Bits.AreEqual<Hit>($"{bits}, query {query}", alone, batch.AsSpan(query * 10, 10));
                    }
                }
            }
        }
    }

    [Test]
    public void More_queries_than_a_chunk_find_by_codes_what_they_find_by_distances()
    {
        SearchCase made = new(5, SearchCase.Cone, Similarity.Fidelity, queries: (2 * EmbeddingSearcher.QueriesPerChunk) + 88, qubits: 64);
        EmbeddingSearcher searcher = new(made.Similarity, made.Dimension, Pools[1]);

        Hit[][] found = searcher.SearchAll(Coded(made, CodeBits.Eight), made.Queries, 4);

        Assert.That(found, Is.EqualTo(searcher.SearchAll(made.Blocks(Pools[1]), made.Queries, 4)));
    }

    [TestCase(CodeBits.Eight, 20)]
    [TestCase(CodeBits.Four, 60)]
    [TestCase(CodeBits.One, 200)]
    public void Rescored_hits_have_exact_scores_and_are_nearly_all_of_them(CodeBits bits, int rescored)
    {
        SearchCase made = new(8, SearchCase.Cone, Similarity.Fidelity, queries: 30, qubits: 64);
        Hit[][] expected = EmbeddingSearcherTests.BruteForce(made.Similarity, 64, made.Queries, made.Documents, 10);
        Hit[] found = new Hit[30 * 10];

        new EmbeddingSearcher(made.Similarity, 64, Pools[1]).SearchNearest(Coded(made, bits), made.Queries, 10, rescored, found);

        int same = Enumerable.Range(0, 30).Sum(query => expected[query].Intersect(found[(query * 10)..((query + 1) * 10)]).Count());
        Assert.That(same / 300.0, Is.GreaterThanOrEqualTo(0.99));
    }

    [Test]
    public void Scores_without_rescoring_are_close_to_the_exact_ones()
    {
        SearchCase made = new(9, SearchCase.Cone, Similarity.Fidelity, queries: 5, qubits: 100);
        EmbeddingSearcher searcher = new(Similarity.Fidelity, 100, Pools[0]);
        Hit[] found = new Hit[5 * 20];

        searcher.SearchNearest(Coded(made, CodeBits.Eight), made.Queries, 20, 0, found);

        Hit[][] all = EmbeddingSearcherTests.BruteForce(made.Similarity, 100, made.Queries, made.Documents, int.MaxValue);
        for (int i = 0; i < found.Length; i++)
        {
            float exact = all[i / 20].Single(hit => hit.Index == found[i].Index).Score;
            Assert.That(found[i].Score, Is.EqualTo(exact).Within(0.02 * (1 - exact)));
        }
    }

    [Test]
    public void Blocks_without_codes_are_searched_by_their_rows()
    {
        SearchCase made = new(2, SearchCase.Cone, Similarity.Fidelity, queries: 4, qubits: 20);
        Hit[] found = new Hit[4 * 5];

        new EmbeddingSearcher(Similarity.Fidelity, 20, Pools[0]).SearchNearest(made.Blocks(Pools[0]), made.Queries, 5, 50, found);

        Assert.That(found, Is.EqualTo(EmbeddingSearcherTests.BruteForce(made.Similarity, 20, made.Queries, made.Documents, 5).SelectMany(hits => hits)));
    }

    [Test]
    public void Codes_read_back_with_an_unknown_residual_rule_nothing_out()
    {
        SearchCase made = new(2, SearchCase.Cone, Similarity.Fidelity, queries: 4, qubits: 20);
        EmbeddingBlock block = new(Similarity.Fidelity, 20, made.Documents, 0, Pools[0]);
        CodeBlock codes = CodeBlock.Encode(ScalarQuantizer.Train(CodeBits.One, 20, made.Documents), block, Pools[0]);
        CodeBlock read = new(codes.Quantizer, codes.Codes, double.PositiveInfinity, codes.Min, codes.Max, Pools[0]);

        Hit[][] found = new EmbeddingSearcher(Similarity.Fidelity, 20, Pools[0]).SearchAll([block.With(read)], made.Queries, 5);

        EmbeddingSearcherTests.Same("unknown residual", found, EmbeddingSearcherTests.BruteForce(made.Similarity, 20, made.Queries, made.Documents, 5));
    }

    [Test]
    public void A_warm_search_allocates_nothing()
    {
        SearchCase made = new(7, SearchCase.Cone, Similarity.Fidelity, queries: 13, qubits: 64);
        EmbeddingBlock[] blocks = Coded(made, CodeBits.Eight);
        EmbeddingSearcher searcher = new(Similarity.Fidelity, 64, WorkerPool.Single);
        Hit[] hits = new Hit[13 * 10];
        void Warm()
        {
            searcher.SearchNearest(blocks, made.Queries, 10, 20, hits);
            searcher.SearchNearest(blocks, made.Queries.AsSpan(0, 64), 10, 0, hits);
            searcher.Search(blocks, made.Queries, 10, hits);
        }
        Warm();

        Assert.That(Allocation.Fewest(Warm), Is.Zero);
    }

    [Test]
    public void Fewer_rescored_than_wanted_are_refused() =>
        Assert.That(
            () => new EmbeddingSearcher(Similarity.Fidelity, 1, Pools[0]).SearchNearest([], [1], 5, 4, []),
            BadArgument.OutOfRange("rescored", 4));

    private static EmbeddingBlock[] Coded(SearchCase made, CodeBits bits)
    {
        if (made.Documents.Length == 0) return [];
        ScalarQuantizer quantizer = ScalarQuantizer.Train(bits, made.Dimension, made.Documents);
        return [.. made.Blocks(Pools[0]).Select(block => block.With(CodeBlock.Encode(quantizer, block, Pools[1])))];
    }

    private static double Squared(ReadOnlySpan<float> u, ReadOnlySpan<float> v)
    {
        double sum = 0;
        for (int i = 0; i < u.Length; i++) sum += ((double)u[i] - v[i]) * ((double)u[i] - v[i]);
        return sum;
    }
}
