using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Mined negatives: which ranks are taken, and that threads change nothing.</summary>
public sealed class HardNegativesTests
{
    // Document i holds "x" and i other words, so that for the query "x" the rank of a document is its index.
    private static readonly Bm25Index Ladder = Bm25Index.Build(
        [.. Enumerable.Range(0, 20).Select(i => "x " + string.Join(' ', Enumerable.Repeat("y", i)))]);

    [TestCase(3, 0, 3, new[] { 0, 3, 4 })]
    [TestCase(3, 2, 5, new[] { 4, 5, 6 })]
    [TestCase(3, 0, 9, new[] { 0, 5, 8 })]
    [TestCase(4, 16, 20, new[] { 18, 19 })]
    [TestCase(2, 18, 20, new int[0])]
    public void Ranks_count_without_the_positives_and_spread_over_the_range(int count, int skip, int depth, int[] expected)
    {
        int[][] mined = HardNegatives.Mine(Ladder, ["x"], [new HashSet<int> { 1, 2 }], count, skip, depth, threads: 1);

        Assert.That(mined, Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void A_query_that_matches_nothing_has_no_negatives()
    {
        int[][] mined = HardNegatives.Mine(Ladder, ["zebra"], [new HashSet<int>()], 1, 0, 5, threads: 2);

        Assert.That(mined, Is.EqualTo(new[] { Array.Empty<int>() }));
    }

    [TestCase(0, 0, 5, 1, 1, "count")]
    [TestCase(1, -1, 5, 1, 1, "first rank")]
    [TestCase(3, 3, 5, 1, 1, "first + count = 6")]
    public void Bad_arguments_are_named(int count, int skip, int depth, int threads, int positive, string message) =>
        Assert.That(
            () => HardNegatives.Mine(Ladder, ["x"], [new HashSet<int> { positive }], count, skip, depth, threads),
            Throws.TypeOf<QEngineException>().With.Message.Contains(message));

    [Test]
    public void Queries_positives_and_threads_must_be_there()
    {
        HashSet<int> none = [];
        Assert.That(() => HardNegatives.Mine(Ladder, ["x", "y"], [none], 1, 0, 5, 1), BadArgument.Named("positives", "positives for 2 queries, found 1"));
        Assert.That(() => HardNegatives.Mine(Ladder, ["x"], [new HashSet<int> { 20 }], 1, 0, 5, 1), BadArgument.OutOfRange("positives", 20));
        Assert.That(() => HardNegatives.Mine(Ladder, ["x"], [new HashSet<int> { -1 }], 1, 0, 5, 1), BadArgument.OutOfRange("positives", -1));
        Assert.That(() => HardNegatives.Mine(Ladder, ["x"], [none], 1, 0, 5, 0), BadArgument.OutOfRange("threads", 0));
        Assert.That(() => HardNegatives.Mine(Ladder, ["x", null!], [none, none], 1, 0, 5, 1), BadArgument.Named("queries", "index 1"));
        Assert.That(() => HardNegatives.Mine(Ladder, ["x", "y"], [none, null!], 1, 0, 5, 1), BadArgument.Named("positives", "index 1"));
    }

    [Property(MaxTest = 30)]
    public bool Negatives_do_not_depend_on_threads_and_are_never_positives(byte[][] corpus, byte[][] queries, byte[] relevant)
    {
        string[] documents = [.. corpus.Append([1, 2, 3]).Select(Text)];
        Bm25Index index = Bm25Index.Build(documents);
        HashSet<int> positives = [.. relevant.Select(r => r % documents.Length)];
        string[] texts = [.. queries.Select(Text)];
        HashSet<int>[] all = [.. texts.Select(_ => positives)];

        int[][] one = HardNegatives.Mine(index, texts, all, 2, 1, 6, threads: 1);
        int[][] three = HardNegatives.Mine(index, texts, all, 2, 1, 6, threads: 3);

        return one.Length == texts.Length
            && one.Zip(three).All(pair => pair.First.SequenceEqual(pair.Second))
            && one.All(row => row.Length <= 2 && row.Distinct().Count() == row.Length && !row.Any(positives.Contains));
    }

    private static string Text(byte[] words) => string.Join(' ', words.Select(w => $"w{w % 6}"));
}
