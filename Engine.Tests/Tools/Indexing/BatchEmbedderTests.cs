using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Indexing;

/// <summary>What is in memory at a time does not grow with the number of texts.</summary>
[NonParallelizable]
public sealed class BatchEmbedderTests
{
    private static readonly WorkerPool Workers = new(2);
    private static readonly SentenceEmbedder Embedder = SmallModel.Create(SmallModel.Heads[0], Workers);

    [OneTimeTearDown]
    public void EndThreads() => Workers.Dispose();

    [TestCase(30_000, 10, BatchEmbedder.MaxTexts)]
    [TestCase(300, 100_000, 1 + (BatchEmbedder.MaxCharacters / 100_000))]
    public void Never_more_than_a_window_of_texts_is_read_ahead(int count, int characters, int most)
    {
        int read = 0, consumed = 0, ahead = 0;

        BatchEmbedder.Result result = Run(Rows(), count, (rows, values) =>
        {
            ahead = Math.Max(ahead, read - consumed);
            Assert.That(values.Length, Is.EqualTo(rows.Count * Embedder.Dimension));
            foreach (IdText row in rows) Assert.That(row.Id, Is.EqualTo($"d{consumed++}"));
        });

        Assert.That((result.Texts, consumed), Is.EqualTo(((long)count, count)));
        Assert.That(ahead, Is.EqualTo(most));

        IEnumerable<IdText> Rows()
        {
            string text = new('a', characters);
            for (; read < count;) yield return new IdText($"d{read++}", text);
        }
    }

    [Test]
    public void Live_memory_is_that_of_a_window_whatever_the_number_of_texts()
    {
        LargestLive(10_000);
        long few = LargestLive(10_000), many = LargestLive(80_000);

        // The text of 70,000 further rows alone would be 4 MB.
        Assert.That(many - few, Is.LessThan(1 << 20));

        static long LargestLive(int count)
        {
            // A full collection takes its time where other tests have left much alive: one at every quarter of the way.
            long largest = 0;
            int consumed = 0, looks = 0;
            Run(Generated(count), count, (rows, _) =>
            {
                consumed += rows.Count;
                if (4 * consumed < (looks + 1) * count) return;
                looks++;
                GC.Collect();
                largest = Math.Max(largest, GC.GetTotalMemory(forceFullCollection: false));
            });
            return largest;
        }
    }

    [TestCase(9000, 9001)]
    [TestCase(9001, 9000)]
    [TestCase(10, 9)]
    public void A_file_that_changed_since_it_was_counted_is_refused(int count, int total)
    {
        QEngineException error = Assert.Throws<QEngineException>(() => Run(Generated(count), total, (_, _) => { }))!;

        Assert.That(error.Message, Does.Contain("the file changed while it was read"));
    }

    private static BatchEmbedder.Result Run(IEnumerable<IdText> rows, long total, BatchEmbedder.Consumer consume)
    {
        TextWriter error = Console.Error;
        try
        {
            Console.SetError(TextWriter.Null);
            return new BatchEmbedder(new ProgressReporter(plain: true), Embedder).Run(rows, total, "texts", consume);
        }
        finally
        {
            Console.SetError(error);
        }
    }

    private static IEnumerable<IdText> Generated(int count)
    {
        for (int i = 0; i < count; i++) yield return new IdText($"d{i}", $"hello world {i} a b");
    }
}
