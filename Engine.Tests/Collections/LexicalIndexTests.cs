using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Collections;

/// <summary>Search by words out of the files of segments: to the bit that of an index made of the texts that are left.</summary>
public sealed class LexicalIndexTests
{
    // Several words of a stem, words that begin alike, letters of two, three and four bytes, and what is no word.
    private static readonly string[] Words =
    [
        "cat", "cats", "car", "cars", "carry", "carried", "carries", "connect", "connected", "connection", "relational", "rate",
        "the", "THE", "a", "\u00e9t\u00e9", "\u00c9T\u00c9", "\u65e5\u672c", "\U00010400", "\U00010428", "x9", "-", "!", "the the the",
    ];

    private static readonly Bm25Settings[] Settings =
        [new(), new() { K1 = 1.2, B = 0.75 }, new() { Stem = true }, new() { K1 = 0, B = 1, Stem = true }, new() { B = 0 }];

    [Property(MaxTest = 15)]
    public bool Hits_are_to_the_bit_those_of_an_index_of_the_texts_that_are_left(byte[] changes, ushort seed)
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        SplittableRandom random = new(seed);
        Dictionary<string, string> texts = [];
        using (CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "m", null))
        {
            writer.Limits = new SegmentLimits(4 + random.NextInt(12), long.MaxValue, 1 + random.NextInt(20));
            foreach (byte change in changes.Take(8).Append((byte)0)) Change(writer, change, texts, ref random);
        }
        return AgreesWithTheTexts(path, texts, ref random);
    }

    [Test]
    public void A_filter_finds_the_best_of_what_it_lets_through()
    {
        using TemporaryFolder folder = new();
        string path = Filled(folder, 100, new SegmentLimits(30, long.MaxValue, 40));
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        LexicalIndex index = new(collection, CancellationToken.None);
        Hit[] all = index.Search("cats the car", new(), 1000, null);

        Assert.That(all, Has.Length.GreaterThan(20));
        Assert.That(index.Search("cats the car", new(), 7, i => i % 3 == 0), Is.EqualTo(all.Where(hit => hit.Index % 3 == 0).Take(7)));
        Assert.That(index.Search("nothing of this", new(), 7, null), Is.Empty);
        Assert.That(index.Search("", new(), 7, null), Is.Empty);
    }

    [Test]
    public void Damaged_words_are_read_with_the_texts_and_merging_mends_them()
    {
        using TemporaryFolder folder = new();
        string path = Filled(folder, 50, SegmentLimits.For(SmallCollection.Dimension));
        Hit[] before = Found(path);
        string file = Path.Combine(path, "segment-000001", "lexical.bin");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.Delete(file);
        File.WriteAllBytes(file, bytes);

        using (Collection collection = Collection.Open(path, WorkerPool.Single))
        {
            Assert.That(collection.Warnings, Has.Count.EqualTo(1).And.One.EndsWith("lexical.bin: words are read with the texts"));
            Assert.That((collection.Count, collection.Damaged), Is.EqualTo((50 - 8, 0)), "nothing is lost");
            using CancellationTokenSource stop = new();
            stop.Cancel();
            Assert.That(() => new LexicalIndex(collection, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        }
        Assert.That(Found(path), Is.EqualTo(before));
        using (CollectionWriter writer = CollectionWriter.Open(path)) writer.Compact(null, WorkerPool.Single);
        using Collection mended = Collection.Open(path, WorkerPool.Single);
        Assert.That(mended.Warnings, Is.Empty);
        Assert.That(Found(path).Select(hit => hit.Score), Is.EqualTo(before.Select(hit => hit.Score)));
    }

    [Test]
    public void Documents_without_words_have_no_file_and_count_all_the_same()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using (CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Cosine, "", null))
        {
            Append(writer, [.. Enumerable.Range(0, 5).Select(i => new IdText($"d{i}", i % 2 == 0 ? "" : "!"))], replace: false);
            Assert.That(File.Exists(Path.Combine(path, "segment-000001", "lexical.bin")), Is.False);
            Assert.That(Found(path), Is.Empty);
            Append(writer, [new("d5", ""), new("d6", "the cat"), new("d7", "")], replace: false);
        }
        Hit[] expected = Bm25Index.Build(["", "", "", "", "", "", "the cat", ""]).CreateSearcher().Search("cats the car cat", 10).ToArray();
        Assert.That(Found(path), Is.EqualTo(expected).And.Length.EqualTo(1));
    }

    [Test]
    public void A_closed_collection_is_not_searched()
    {
        using TemporaryFolder folder = new();
        Collection collection = Collection.Open(Filled(folder, 10, SegmentLimits.For(8)), WorkerPool.Single);
        LexicalIndex index = new(collection, CancellationToken.None);
        collection.Dispose();
        Assert.That(() => index.Search("cat", new(), 1, null), Throws.TypeOf<ObjectDisposedException>());
    }

    private static void Change(CollectionWriter writer, byte change, Dictionary<string, string> texts, ref SplittableRandom random)
    {
        if (change % 4 == 3 && texts.Count > 0)
        {
            string[] ids = [.. texts.Keys.Where((_, i) => i % 3 == change % 3)];
            writer.Delete(ids.ToHashSet(), WorkerPool.Single);
            foreach (string id in ids) texts.Remove(id);
        }
        else if (change % 8 == 4 && texts.Count > 0) writer.Compact(null, WorkerPool.Single);
        else
        {
            List<IdText> documents = [];
            int first = random.NextInt(60);
            for (int i = 0; i <= change % 16; i++) documents.Add(new IdText($"d{first + i}", Text(ref random)));
            Append(writer, documents, replace: true);
            foreach (IdText document in documents)
            {
                // What is replaced comes behind the others.
                texts.Remove(document.Id);
                texts.Add(document.Id, document.Text);
            }
        }
    }

    private static bool AgreesWithTheTexts(string path, Dictionary<string, string> texts, ref SplittableRandom random)
    {
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        if (collection.Warnings.Count > 0 || collection.Count != texts.Count) return false;
        LexicalIndex index = new(collection, CancellationToken.None);
        int[] numbers = [.. collection.Indices()];
        string[] left = [.. numbers.Select(number => texts[collection.Id(number)])];
        foreach (Bm25Settings settings in Settings)
        {
            Bm25Searcher oracle = settings.Index(left).CreateSearcher();
            for (int i = 0; i < 6; i++)
            {
                string query = Text(ref random);
                int count = i % 2 == 0 ? 1000 : 1 + random.NextInt(5);
                Hit[] expected = [.. oracle.Search(query, count).ToArray().Select(hit => hit with { Index = numbers[hit.Index] })];
                if (!index.Search(query, settings, count, null).SequenceEqual(expected)) return false;
            }
        }
        return true;
    }

    private static string Text(ref SplittableRandom random)
    {
        List<string> words = [];
        for (int count = random.NextInt(9); count > 0; count--) words.Add(Words[random.NextInt(Words.Length)]);
        return string.Join(' ', words);
    }

    private static string Filled(TemporaryFolder folder, int count, SegmentLimits limits)
    {
        string path = SmallCollection.NewFolder(folder);
        SplittableRandom random = new(3);
        List<IdText> documents = [];
        for (int i = 0; i < count; i++) documents.Add(new IdText($"d{i}", Text(ref random)));
        using CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "m", null);
        writer.Limits = limits;
        Append(writer, documents, replace: false);
        writer.Delete(documents.Where((_, i) => i % 7 == 1).Select(document => document.Id).Append("d0").ToHashSet(), WorkerPool.Single);
        return path;
    }

    private static void Append(CollectionWriter writer, List<IdText> documents, bool replace) =>
        writer.Append(target => target.Add(documents, SmallCollection.Vectors(0, documents.Count)), replace, WorkerPool.Single);

    private static Hit[] Found(string path)
    {
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        return new LexicalIndex(collection, CancellationToken.None).Search("cats the car cat", new(), 100, null);
    }
}
