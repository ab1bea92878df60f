using System.Text;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Tests.Text;
using QEngine.Text;
using QEngine.Training;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Models;

/// <summary>What holds for every text, batch and number of threads.</summary>
public sealed class SentenceEmbedderTests
{
    private static readonly string[] Fragments = ["hello", "world", "unaffable", "café", "中", "[MASK]", " ", " a", " b", "abc", "😀", "\uD83D", "zz", "\n", "."];

    private static readonly SentenceEmbedder[] Embedders =
    [
        .. Array.ConvertAll(SmallModel.Heads, head => SmallModel.Create(head)),
        SmallModel.Create(HeadConfiguration.None(36)),
        SmallModel.Create(HeadConfiguration.Linear(36, 5)),
        SmallModel.Create(HeadConfiguration.Quantum(36, 11)),
        SmallModel.Create(HeadConfiguration.None(20)),
    ];

    [Property(MaxTest = 60)]
    public void A_text_has_the_same_bits_alone_and_in_any_batch(byte[][] words, bool shuffled, int seed)
    {
        string[] texts = Array.ConvertAll(words, Text);
        int[] order = new int[texts.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        if (shuffled) new SplittableRandom((ulong)seed).Shuffle(order.AsSpan());

        foreach (SentenceEmbedder embedder in Embedders)
        {
            float[] together = new float[texts.Length * embedder.Dimension];
            embedder.Embed(Array.ConvertAll(order, i => texts[i]), together);
            for (int row = 0; row < order.Length; row++)
            {
                float[] alone = embedder.Embed(texts[order[row]]);
                Assert.That(together.AsSpan(row * alone.Length, alone.Length).SequenceEqual(alone), $"{embedder.Model.Head}: row {row} of {order.Length}, \"{texts[order[row]]}\"");
            }
        }
    }

    [Test]
    public void Any_number_of_threads_gives_the_same_bits_in_batches_large_enough_to_share()
    {
        string[] texts = Texts(700, seed: 9);
        foreach (HeadConfiguration head in SmallModel.Heads)
        {
            float[] expected = new float[texts.Length * head.OutputDimension], found = new float[expected.Length];
            SmallModel.Create(head).Embed(texts, expected);
            foreach (int threads in new[] { 2, 3, 8 })
            {
                using WorkerPool workers = new(threads);
                SmallModel.Create(head, workers).Embed(texts, found);
                Assert.That(found, Is.EqualTo(expected), $"{head} at {threads} threads");
            }
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Many_threads_may_embed_at_a_time(int threads)
    {
        using WorkerPool workers = new(threads);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3], workers);
        string[] texts = Texts(40, seed: 2);
        float[][] expected = Array.ConvertAll(texts, SmallModel.Create(SmallModel.Heads[3]).Embed);
        int wrong = 0;

        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            int first = i % texts.Length, count = Math.Min(1 + (i % 7), texts.Length - first);
            float[] found = new float[count * embedder.Dimension];
            embedder.Embed(texts.AsSpan(first, count), found);
            for (int row = 0; row < count; row++)
            {
                if (!found.AsSpan(row * embedder.Dimension, embedder.Dimension).SequenceEqual(expected[first + row])) Interlocked.Increment(ref wrong);
            }
        });

        Assert.That(wrong, Is.Zero);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void More_texts_than_a_window_have_the_bits_of_one_by_one_at_their_places(int threads)
    {
        using WorkerPool workers = new(threads);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3], workers);
        string[] texts = Texts(9000, seed: 5);
        float[] together = new float[texts.Length * embedder.Dimension];

        embedder.Embed(texts, together);

        for (int row = 0; row < texts.Length; row++)
            Assert.That(together.AsSpan(row * embedder.Dimension, embedder.Dimension).SequenceEqual(embedder.Embed(texts[row])), $"row {row}");
    }

    [Test]
    public void Token_ids_give_the_bits_of_their_texts()
    {
        using WorkerPool workers = new(2);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3], workers);
        string[] texts = Texts(9000, seed: 7);
        PackedSequences sequences = new();
        int[] ids = new int[embedder.MaximumLength];
        foreach (string text in texts) sequences.Add(ids.AsSpan(0, embedder.Tokenizer.Encode(text, ids)));
        float[] expected = new float[texts.Length * embedder.Dimension], found = new float[expected.Length];

        embedder.Embed(texts, expected);
        embedder.Embed(sequences, found);

        Assert.That(found.AsSpan().SequenceEqual(expected));
    }

    [Test]
    public void Token_ids_that_do_not_fit_are_refused()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0]);
        PackedSequences tooLong = new(), unknown = new();
        tooLong.Add([1]);
        tooLong.Add(new int[embedder.MaximumLength + 1]);
        unknown.Add([embedder.Model.Encoder.Configuration.VocabularySize]);

        Assert.That(
            () => embedder.Embed(tooLong, new float[2 * embedder.Dimension]),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected sequences of at most {embedder.MaximumLength} tokens, found {embedder.MaximumLength + 1} in sequence 1"));
        Assert.That(() => embedder.Embed(unknown, new float[embedder.Dimension]), Throws.TypeOf<QEngineException>().With.Message.Contains("expected indices"));
        Assert.That(() => embedder.Embed(unknown, new float[1]), BadArgument.Named("embeddings", "expected room for 1 embeddings"));
    }

    [TestCase(1, 10)]
    [TestCase(1, 9000)]
    [TestCase(3, 10)]
    [TestCase(3, 9000)]
    public void Progress_counts_every_text_once(int threads, int count)
    {
        using WorkerPool workers = new(threads);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0], workers);
        Counter progress = new();

        embedder.Embed(Texts(count, seed: 6), new float[count * embedder.Dimension], new EmbedOptions { Progress = progress });

        Assert.That(progress.Reports.Select(report => report.Total), Is.All.EqualTo(count));
        Assert.That(progress.Reports.Select(report => report.Completed), Is.Unique);
        Assert.That(progress.Reports.Max(report => report.Completed), Is.EqualTo(count));
    }

    [TestCase(1, 10)]
    [TestCase(3, 10)]
    [TestCase(3, 9000)]
    public void Cancelling_stops_between_batches_and_the_model_stays_usable(int threads, int count)
    {
        using WorkerPool workers = new(threads);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0], workers);
        using CancellationTokenSource source = new();
        Counter progress = new() { Reported = source.Cancel };
        string[] texts = Texts(count, seed: 6);
        float[] embeddings = new float[count * embedder.Dimension];

        Assert.That(() => embedder.Embed(texts, embeddings, cancellationToken: new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        if (count > 1000) Assert.That(() => embedder.Embed(texts, embeddings, new EmbedOptions { Progress = progress }, cancellationToken: source.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(progress.Reports, Has.None.Matches<EmbeddingProgress>(report => report.Completed >= count));
        Assert.That(embedder.Embed("a b"), Is.EqualTo(SmallModel.Create(SmallModel.Heads[0]).Embed("a b")));
    }

    [TestCaseSource(typeof(SmallModel), nameof(SmallModel.Heads))]
    public void Once_warm_embedding_allocates_nothing(HeadConfiguration head)
    {
        using WorkerPool workers = new(2);
        SentenceEmbedder embedder = SmallModel.Create(head, workers);
        // Enough that every thread has batches of its own.
        string[] texts = Texts(600, seed: 4);
        float[] embeddings = new float[texts.Length * head.OutputDimension];
        EmbedOptions prompted = new() { Prompt = "hello " };
        for (int i = 0; i < 3; i++) embedder.Embed(texts, embeddings, i == 1 ? prompted : null);

        long allocated = Allocation.Fewest(() =>
        {
            embedder.Embed(texts, embeddings);
            embedder.Embed(texts.AsSpan(7, 1), embeddings.AsSpan(0, head.OutputDimension));
            embedder.Embed(texts.AsSpan(7, 1), embeddings.AsSpan(0, head.OutputDimension), prompted);
        });

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_long_text_is_cut_off_at_the_maximum_length()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0], maximumLength: 6);

        Assert.That(embedder.Embed("a b c a zzz hello world"), Is.EqualTo(embedder.Embed("a b c a")));
        Assert.That(embedder.Embed("a b c b"), Is.Not.EqualTo(embedder.Embed("a b c a")));
    }

    [Test]
    public void A_megabyte_of_text_gives_the_embedding_of_its_start()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3]);
        string text = new StringBuilder().Insert(0, "hello world ", 100_000).ToString();

        Assert.That(embedder.Embed(text), Is.EqualTo(embedder.Embed(text[..1200])));
        Assert.That(embedder.Embed(new string('a', 1 << 20)), Is.EqualTo(embedder.Embed("zz")));
        Assert.That(embedder.Embed(new string(' ', 1 << 20)), Is.EqualTo(embedder.Embed("")));
    }

    [Test]
    public void Empty_texts_and_half_surrogates_have_embeddings()
    {
        foreach (SentenceEmbedder embedder in Embedders)
        {
            Assert.That(embedder.Embed(""), Has.All.Matches<float>(float.IsFinite));
            Assert.That(embedder.Embed("\uD83D a \uDE00"), Is.EqualTo(embedder.Embed("\uFFFD a \uFFFD")));
        }
    }

    [Test]
    public void No_texts_are_no_work()
    {
        Assert.That(() => Embedders[0].Embed([], []), Throws.Nothing);
    }

    private static string Text(byte[]? words) => string.Concat(Array.ConvertAll(words ?? [], word => Fragments[word % Fragments.Length]));

    private static string[] Texts(int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        string[] texts = new string[count];
        for (int i = 0; i < count; i++)
        {
            byte[] words = new byte[random.NextInt(30)];
            for (int w = 0; w < words.Length; w++) words[w] = (byte)random.NextInt(256);
            texts[i] = Text(words);
        }
        return texts;
    }

    /// <summary>Adds what it is told, from any thread.</summary>
    private sealed class Counter : IProgress<EmbeddingProgress>
    {
        private readonly List<EmbeddingProgress> _reports = [];

        public Action? Reported { get; init; }

        public IReadOnlyList<EmbeddingProgress> Reports => _reports;

        public void Report(EmbeddingProgress value)
        {
            lock (_reports) _reports.Add(value);
            Reported?.Invoke();
        }
    }
}
