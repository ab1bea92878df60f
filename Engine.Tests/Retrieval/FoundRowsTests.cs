using NUnit.Framework;
using QEngine.Codes;
using QEngine.Retrieval;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Search among some of a block's rows, against a search of all of them from which the others are left out.</summary>
public sealed class FoundRowsTests
{
    private static readonly CodeBits?[] AllBits = [null, CodeBits.One, CodeBits.Four, CodeBits.Eight];

    [Property(MaxTest = 150)]
    public bool Hits_are_those_of_all_rows_without_the_others(int seed, byte kind, bool cosine, byte share)
    {
        SearchCase made = new(seed, kind, cosine ? Similarity.Cosine : Similarity.Fidelity);
        EmbeddingSearcher searcher = new(made.Similarity, made.Dimension, WorkerPool.Single);
        EmbeddingBlock[] all = made.Blocks(WorkerPool.Single);
        int count = made.Documents.Length / made.Dimension;
        // Of one block in five nothing may be found, of another everything.
        Random random = new(seed);
        foreach (CodeBits? bits in AllBits)
        {
            EmbeddingBlock[] blocks = Array.ConvertAll(all, block => bits is { } coded ? Coded(block, coded) : block);
            EmbeddingBlock[] some = Array.ConvertAll(blocks, block => block.Only(Some(block.Count, random, random.Next(5) switch
            {
                0 => 0,
                1 => 1,
                _ => share / 255.0,
            })));
            Hit[][] expected = Array.ConvertAll(
                searcher.SearchAll(blocks, made.Queries, Math.Max(1, count)),
                hits => hits.Where(hit => MayBeFound(some, hit.Index)).Take(made.K).ToArray());
            if (!Same(searcher.SearchAll(some, made.Queries, made.K), expected)) return false;
            if (!Same(searcher.SearchNearestAll(some, made.Queries, made.K, Math.Max(made.K, count)), expected)) return false;
            Hit[][] near = searcher.SearchNearestAll(some, made.Queries, made.K, 0);
            if (!near.Zip(expected).All(pair => pair.First.Length == pair.Second.Length)) return false;
            if (!near.All(hits => hits.All(hit => MayBeFound(some, hit.Index)))) return false;
        }
        return true;
    }

    [Test]
    public void Ranges_of_a_batch_that_do_not_end_with_a_word_are_told_apart([Values(3, 9, 1000)] int queries, [Values(1, 2)] int threads)
    {
        const int Dimension = 5, Count = 5000, K = 7;
        Random random = new(queries);
        float[] Draw(int rows) => [.. Enumerable.Range(0, rows * Dimension).Select(_ => random.NextSingle())];
        using WorkerPool workers = new(threads);
        EmbeddingSearcher searcher = new(Similarity.Fidelity, Dimension, workers);
        EmbeddingBlock all = Coded(new EmbeddingBlock(Similarity.Fidelity, Dimension, Draw(Count), 40, workers), CodeBits.Eight);
        EmbeddingBlock half = all.Only(Some(Count, random, 0.5));
        float[] asked = Draw(queries);

        Hit[][] found = searcher.SearchAll([half], asked, K);

        Hit[][] expected = Array.ConvertAll(
            searcher.SearchAll([all], asked, Count), hits => hits.Where(hit => MayBeFound([half], hit.Index)).Take(K).ToArray());
        Assert.That(found, Is.EqualTo(expected));
    }

    [Test]
    public void A_set_is_of_as_many_rows_as_its_block()
    {
        EmbeddingBlock block = new(Similarity.Cosine, 1, new float[] { 1, 1, -1 }, 0, WorkerPool.Single);
        RowSet set = new(3);
        set.Add(2);

        Assert.That((block.FoundCount, block.Only(set).FoundCount, block.Only(set).Only(null).FoundCount), Is.EqualTo((3, 1, 3)));
        Assert.That((set[0], set[1], set[2], set.Count, set.Rows), Is.EqualTo((false, false, true, 1, 3)));
        Assert.That(() => block.Only(new RowSet(4)), Throws.ArgumentException.With.Message.Contains("a set of 3 rows, found one of 4"));
        Assert.That(() => new RowSet(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static EmbeddingBlock Coded(EmbeddingBlock block, CodeBits bits) => block.With(
        CodeBlock.Encode(ScalarQuantizer.Train(bits, block.Dimension, block.Rows.Span), block, WorkerPool.Single));

    private static RowSet Some(int rows, Random random, double share)
    {
        RowSet some = new(rows);
        for (int row = 0; row < rows; row++)
            if (random.NextDouble() < share) some.Add(row);
        return some;
    }

    private static bool MayBeFound(EmbeddingBlock[] blocks, int index)
    {
        EmbeddingBlock block = blocks.Single(block => index >= block.FirstIndex && index < block.FirstIndex + block.Count);
        return block.Found![index - block.FirstIndex];
    }

    private static bool Same(Hit[][] found, Hit[][] expected) => found.Zip(expected).All(pair => pair.First.SequenceEqual(pair.Second));
}
