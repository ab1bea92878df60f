using NUnit.Framework;
using QEngine.Memory;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>What a rush of callers leaves behind: no more than the pool's threads need.</summary>
[NonParallelizable]
public sealed class EmbedderMemoryTests
{
    private const int Callers = 64;

    // Few enough tokens that Gemm packs them alike for one thread and for several.
    private static readonly string[] Texts = [.. Enumerable.Range(0, 20).Select(i => $"red cat {i % 7} sings the blue dog")];

    [Test]
    [CancelAfter(120_000)]
    public void Sixty_four_callers_leave_what_the_pools_threads_need([Values(1, 2, 3)] int threads, CancellationToken cancellation)
    {
        using WorkerPool workers = new(threads);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1], workers);
        float[] expected = new float[Texts.Length * embedder.Dimension];
        embedder.Embed(Texts, expected, cancellationToken: cancellation);
        // By itself a thread has all buffers; of several, which of them have which is chance.
        SentenceEmbedder single = SmallModel.Create(SmallModel.Heads[1], WorkerPool.Single);
        for (int i = 0; i < 3; i++) single.Embed(Texts, new float[expected.Length], cancellationToken: cancellation);
        long one = Kept(single);

        Rush(Callers, _ =>
        {
            float[] found = new float[expected.Length];
            for (int i = 0; i < 3; i++) embedder.Embed(Texts, found);
            Assert.That(found, Is.EqualTo(expected));
        }, cancellation);
        _ = embedder.Embed(Texts[0]);

        Assert.That(embedder.Kept.Sessions.Idle, Has.Length.LessThanOrEqualTo(threads));
        Assert.That(embedder.Kept.Windows.Idle, Has.Length.LessThanOrEqualTo(threads));
        Assert.That(embedder.Kept.Sessions.Peak, Is.LessThanOrEqualTo(Math.Max(threads, Environment.ProcessorCount)), "more than compute at a time gain nothing");
        Assert.That(Kept(embedder), Is.LessThanOrEqualTo(threads * one));
    }

    [Test]
    [CancelAfter(120_000)]
    public void A_callers_thread_keeps_no_scratch_buffers(CancellationToken cancellation)
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3]);
        long[] bytes = new long[4];

        Rush(bytes.Length, caller =>
        {
            embedder.Embed(Texts, new float[Texts.Length * embedder.Dimension]);
            bytes[caller] = ScratchSet.Current.Bytes;
        }, cancellation);

        Assert.That(bytes, Is.All.Zero);
        Assert.That(embedder.Kept.Sessions.Idle.Sum(session => session.Bytes), Is.GreaterThan(1000));
    }

    [Test]
    [CancelAfter(120_000)]
    public void A_callback_may_embed([Values(1, 2)] int threads, CancellationToken cancellation)
    {
        using WorkerPool workers = new(threads);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0], workers);
        Rush(8, _ => embedder.Embed(Texts, new float[Texts.Length * embedder.Dimension], new EmbedOptions { Progress = new Nested(embedder) }), cancellation);

        Assert.That(embedder.Kept.Sessions.Idle, Has.Length.LessThanOrEqualTo(threads));
    }

    [Test]
    [CancelAfter(120_000)]
    public void Searches_leave_as_little(CancellationToken cancellation)
    {
        using WorkerPool workers = new(2);
        float[] rows = [.. Enumerable.Range(0, 500 * 8).Select(i => MathF.Sin(i))];
        EmbeddingIndex index = new(Similarity.Cosine, 8, rows, workers);
        Hit[] expected = index.SearchAll(rows.AsSpan(0, 8), 5)[0];

        Rush(Callers, _ =>
        {
            Hit[] hits = new Hit[5];
            index.Search(rows.AsSpan(0, 8), 5, hits);
            Assert.That(hits, Is.EqualTo(expected));
            Assert.That(ScratchSet.Current.Bytes, Is.Zero);
        }, cancellation);

        Assert.That(index.Kept.Idle, Has.Length.LessThanOrEqualTo(2));
        Assert.That(index.Kept.Peak, Is.LessThanOrEqualTo(Math.Max(2, Environment.ProcessorCount)));
    }

    [Test]
    [CancelAfter(120_000)]
    public void Warm_callers_at_the_same_time_allocate_nothing(CancellationToken cancellation)
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1]);
        long[] allocated = new long[2];

        Rush(allocated.Length, caller =>
        {
            float[] found = new float[Texts.Length * embedder.Dimension];
            for (int i = 0; i < 50; i++) embedder.Embed(Texts, found);
            allocated[caller] = Allocation.Fewest(() => embedder.Embed(Texts, found));
        }, cancellation);

        Assert.That(allocated, Is.All.Zero);
    }

    private static long Kept(SentenceEmbedder embedder) =>
        embedder.Kept.Sessions.Idle.Sum(session => session.Bytes) + embedder.Kept.Windows.Idle.Sum(window => window.Bytes);

    /// <summary>Runs something on many threads that start together; what fails on one fails the test.</summary>
    private static void Rush(int callers, Action<int> call, CancellationToken cancellation)
    {
        using Barrier together = new(callers);
        Exception?[] failures = new Exception?[callers];
        Thread[] threads = [.. Enumerable.Range(0, callers).Select(caller => new Thread(() =>
        {
            together.SignalAndWait(cancellation);
            try
            {
                call(caller);
            }
            catch (Exception failure)
            {
                failures[caller] = failure;
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(failures, Is.All.Null);
    }

    private sealed class Nested(SentenceEmbedder embedder) : IProgress<EmbeddingProgress>
    {
        public void Report(EmbeddingProgress value) => _ = embedder.Embed(Texts[0]);
    }
}
