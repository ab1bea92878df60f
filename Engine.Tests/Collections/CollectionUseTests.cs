using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>A collection used from many threads, and disposed of while they use it.</summary>
public sealed class CollectionUseTests
{
    private const int Threads = 8;

    [Test]
    public void Many_threads_find_what_one_finds([Values] bool codes)
    {
        using TemporaryFolder folder = new();
        using WorkerPool workers = new(2);
        using Collection collection = Collection.Open(SmallCollection.Write(folder, codes ? CodeBits.Eight : null, 300, 1, 500), workers);
        float[][] queries = [.. Enumerable.Range(0, 40).Select(i => SmallCollection.Vectors(5000 + (10 * i), 1 + (i % 10)))];
        Hit[][][] exact = [.. queries.Select(query => collection.Search(query, 12))],
            near = [.. queries.Select(query => collection.SearchNearest(query, 12, 0))];

        int wrong = 0;
        Parallelly(thread =>
        {
            for (int i = 0; i < 2 * queries.Length; i++)
            {
                int query = (i + (5 * thread)) % queries.Length;
                bool isNear = (i + thread) % 3 == 0;
                Hit[][] found = isNear ? collection.SearchNearest(queries[query], 12, 0) : collection.Search(queries[query], 12);
                if (!Same(found, isNear ? near[query] : exact[query])) Interlocked.Increment(ref wrong);
                Hit best = found[0][0];
                float[] scores = new float[1];
                collection.Score(queries[query].AsSpan(0, SmallCollection.Dimension), [best.Index], scores);
                if (scores[0] != exact[query][0].Single(hit => hit.Index == best.Index).Score) Interlocked.Increment(ref wrong);
                if (collection.Document(best.Index).Text != $"text {best.Index}") Interlocked.Increment(ref wrong);
            }
        });

        Assert.That(wrong, Is.Zero, $"of {Threads * 2 * queries.Length} searches");
    }

    [Test]
    public void Searches_under_way_finish_when_it_is_disposed_and_later_ones_are_refused([Values] bool codes)
    {
        using TemporaryFolder folder = new();
        using WorkerPool workers = new(2);
        string path = SmallCollection.Write(folder, codes ? CodeBits.Eight : null, 4000, 500);
        float[] queries = SmallCollection.Vectors(9000, 5);
        Hit[][] expected;
        using (Collection collection = Collection.Open(path, workers)) expected = collection.Search(queries, 10);

        int searches = 0, wrong = 0;
        for (int round = 0; round < 12; round++)
        {
            Collection collection = Collection.Open(path, workers);
            using CountdownEvent running = new(Threads);
            int ended = 0;
            Thread disposer = new(() =>
            {
                running.Wait();
                if (round % 2 == 0) Thread.Sleep(round);
                collection.Dispose();
                collection.Dispose();
            });
            disposer.Start();
            Parallelly(thread =>
            {
                running.Signal();
                try
                {
                    for (; ; Interlocked.Increment(ref searches))
                        if (!IsRight(collection, thread, queries, expected)) Interlocked.Increment(ref wrong);
                }
                catch (ObjectDisposedException)
                {
                    Interlocked.Increment(ref ended);
                }
            });
            disposer.Join();
            Assert.That(ended, Is.EqualTo(Threads));
            Assert.That(SmallCollection.Held(path), Is.Empty, "the last one out has closed the files");
        }

        TestContext.Out.WriteLine($"{searches} searches and reads before their collections were disposed of");
        Assert.That(wrong, Is.Zero);
        Assert.That(searches, Is.GreaterThan(0));
    }

    [Test]
    public void Whatever_reads_files_is_refused_after_dispose()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, CodeBits.Eight, 30);
        Collection collection = Collection.Open(path, WorkerPool.Single);
        float[] query = SmallCollection.Vector(100);
        Hit[] hits = collection.Search(query, 3)[0];
        IEnumerable<int> before = collection.Indices();
        using IEnumerator<int> within = collection.Indices().GetEnumerator();
        Assert.That(within.MoveNext());

        collection.Dispose();

        Assert.That(() => collection.Search(query, 3), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains(nameof(Collection)));
        Assert.That(() => collection.SearchNearest(query, 3, 3), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => collection.Score(query, [hits[0].Index], new float[1]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => collection.Document(hits[0].Index), Throws.TypeOf<ObjectDisposedException>(), "a hit found before");
        Assert.That(() => collection.Indices(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => before.First(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => within.MoveNext(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That((collection.Count, collection.Manifest.Count, collection.Warnings.Count), Is.EqualTo((25, 25, 0)),
            "what it was is still known");
    }

    [Test]
    public void A_segment_is_refused_after_dispose_too()
    {
        using TemporaryFolder folder = new();
        Collection collection = Collection.Open(SmallCollection.Write(folder, CodeBits.Eight, 30), WorkerPool.Single);
        Segment segment = collection.Segments[0];
        EmbeddingSearcher searcher = new(segment.Block.Similarity, segment.Block.Dimension, WorkerPool.Single);

        collection.Dispose();

        Assert.That(() => segment.Document(1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => segment.Embedding(1).Length, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => segment.RequireWhole(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => segment.Block.Codes!.Codes.Span.Length, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => searcher.SearchAll([segment.Block], SmallCollection.Vector(1), 1),
            Throws.InstanceOf<ObjectDisposedException>().Or.InnerException.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_collection_that_nobody_disposes_of_is_closed_with_what_it_maps()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, CodeBits.Eight, 30);

        Forget(path);

        for (int attempt = 0; attempt < 20 && SmallCollection.Held(path).Length > 0; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(SmallCollection.Held(path), Is.Empty);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(string path)
        {
            Collection collection = Collection.Open(path, WorkerPool.Single);
            Assert.That(collection.Search(SmallCollection.Vector(1), 1)[0], Has.Length.EqualTo(1));
            Assert.That(SmallCollection.Held(path).Length > 0, Is.EqualTo(OperatingSystem.IsLinux()));
        }
    }

    [TestCase("embeddings.npy")]
    [TestCase("codes.bin")]
    [TestCase("lexical.bin")]
    [TestCase("documents.jsonl")]
    [TestCase("segment.json")]
    public void What_was_opened_is_closed_where_a_later_segment_is_not_sound(string name)
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, CodeBits.Four, 30, 40), file = Path.Combine(path, "segment-000002", name);
        byte[] good = File.ReadAllBytes(file);
        foreach (byte[]? content in new[] { null, [], good[..^1], [.. good, 0], Flipped(good, 9), Flipped(good, good.Length - 1) })
        {
            File.Delete(file);
            if (content is not null) File.WriteAllBytes(file, content);
            try
            {
                Collection.Open(path, WorkerPool.Single).Dispose();
            }
            catch (QEngineException refused)
            {
                Assert.That(refused.Message, Does.Contain("segment-000002").And.Contain(name));
            }
            Assert.That(SmallCollection.Held(path), Is.Empty);
        }
    }

    [TestCase("embeddings.npy")]
    [TestCase("codes.bin")]
    [TestCase("lexical.bin")]
    public void A_file_cut_short_while_it_is_open_is_an_error_before_a_search(string name)
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, CodeBits.Eight, 300), file = Path.Combine(path, "segment-000001", name);
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        float[] query = SmallCollection.Vector(1);
        long length = new FileInfo(file).Length;

        using (FileStream other = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) other.SetLength(100);

        string message = $"expected {length} bytes, found 100 in {file}";
        Assert.That(() => collection.Search(query, 3), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));
        Assert.That(() => collection.SearchNearest(query, 3, 3), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));
        Assert.That(() => collection.Score(query, [1], new float[1]), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));
        Assert.That(collection.Document(1), Is.EqualTo(new IdText("d1", "text 1")), "texts are not mapped");
        collection.Dispose();
        Assert.That(SmallCollection.Held(path), Is.Empty);
    }

    [Test]
    public void The_last_one_out_releases_once([Values(1, 3, Threads)] int visitors)
    {
        for (int round = 0; round < 50; round++)
        {
            Released released = new();
            SharedUse use = new("it", [released]);
            int early = 0;
            using Barrier start = new(visitors + 1);
            Thread closer = new(() =>
            {
                start.SignalAndWait();
                use.Close();
            });
            closer.Start();
            Parallelly(
                _ =>
                {
                    start.SignalAndWait();
                    try
                    {
                        while (true)
                        {
                            using SharedUse.Visit visit = use.Enter();
                            if (released.Count > 0) Interlocked.Increment(ref early);
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // Closed.
                    }
                },
                visitors);
            closer.Join();
            use.Close();
            Assert.That((early, released.Count), Is.EqualTo((0, 1)));
            Assert.That(use.Require, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("'it'"));
        }
    }

    private static bool IsRight(Collection collection, int thread, float[] queries, Hit[][] expected)
    {
        switch (thread % 4)
        {
            case 0:
                return Same(collection.Search(queries, 10), expected);
            case 1:
                return Same(collection.SearchNearest(queries, 10, 1000), expected);
            case 2:
                float[] scores = new float[10];
                collection.Score(queries.AsSpan(0, SmallCollection.Dimension), [.. expected[0].Select(hit => hit.Index)], scores);
                return scores.SequenceEqual(expected[0].Select(hit => hit.Score));
            default:
                int last = 0;
                foreach (int index in collection.Indices()) last = index;
                return last == 4499 && collection.Document(last).Text == "text 4499";
        }
    }

    private static bool Same(Hit[][] found, Hit[][] expected) =>
        found.Zip(expected).All(pair => pair.First.SequenceEqual(pair.Second)) && found.Length == expected.Length;

    private static byte[] Flipped(byte[] bytes, int at)
    {
        byte[] flipped = [.. bytes];
        flipped[at] ^= 1;
        return flipped;
    }

    private static void Parallelly(Action<int> work, int threads = Threads)
    {
        Exception? failure = null;
        Thread[] all = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            try
            {
                work(thread);
            }
            catch (Exception error)
            {
                failure = error;
            }
        }))];
        foreach (Thread thread in all) thread.Start();
        foreach (Thread thread in all) thread.Join();
        if (failure is not null) throw new AssertionException($"{failure}");
    }

    private sealed class Released : IDisposable
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => Interlocked.Increment(ref _count);
    }
}
