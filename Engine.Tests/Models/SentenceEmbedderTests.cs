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

    [Test]
    public void Formats_of_a_quantum_model_are_the_same_states()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3]);
        float[] angles = embedder.Embed("hello world"), amplitudes = new float[20], expectations = new float[10], same = new float[10];

        embedder.Embed(["hello world"], amplitudes, new EmbedOptions { Format = EmbeddingFormat.Amplitudes });
        embedder.Embed(["hello world"], expectations, new EmbedOptions { Format = EmbeddingFormat.Expectations });
        embedder.Embed(["hello world"], same, new EmbedOptions { Format = EmbeddingFormat.Angles });

        Assert.That(same, Is.EqualTo(angles));
        for (int i = 0; i < 10; i++)
        {
            Assert.That(amplitudes[i], Is.EqualTo(Math.Cos(angles[i] / 2)).Within(1e-6));
            Assert.That(amplitudes[10 + i], Is.EqualTo(Math.Sin(angles[i] / 2)).Within(1e-6));
            Assert.That(expectations[i], Is.EqualTo(Math.Cos(angles[i])).Within(1e-6));
        }
    }

    [Test]
    public void Wrong_formats_rooms_and_lengths_are_refused()
    {
        SentenceEmbedder classical = SmallModel.Create(SmallModel.Heads[1]);

        ModelFiles.Refused(() => classical.Embed(["a"], new float[10], new EmbedOptions { Format = EmbeddingFormat.Angles }), "angles", "cosine");
        Assert.That(() => classical.Embed(["a"], new float[9]), BadArgument.Named("embeddings", "1 embeddings of 10 numbers, found 9"));
        Assert.That(() => classical.Embed(["a"], new float[10], new EmbedOptions { Format = (EmbeddingFormat)9 }), BadArgument.OutOfRange("format", (EmbeddingFormat)9));
        ModelFiles.Refused(() => SmallModel.Create(SmallModel.Heads[1], maximumLength: 31), "from 2 to the encoder's 30", "found 31");
        ModelFiles.Refused(() => SmallModel.Create(SmallModel.Heads[1], maximumLength: 1), "found 1");
    }

    [Test]
    public void More_room_than_needed_is_taken_and_left_alone_behind()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1]);
        float[] room = new float[35];
        Array.Fill(room, 7);
        PackedSequences sequences = new();
        sequences.Add(embedder.Tokenizer.Encode("hello", 20));

        embedder.Embed(["hello", "world"], room);
        Assert.That(room.AsSpan(0, 10).ToArray(), Is.EqualTo(embedder.Embed("hello")));
        Assert.That(room.AsSpan(10, 10).ToArray(), Is.EqualTo(embedder.Embed("world")));
        Assert.That(room[20..], Is.All.EqualTo(7));
        embedder.Embed(sequences, room.AsSpan(20));
        Assert.That(room.AsSpan(20, 10).ToArray(), Is.EqualTo(embedder.Embed("hello")));
        Assert.That(room[30..], Is.All.EqualTo(7));
        embedder.Embed(ReadOnlySpan<string>.Empty, room);
    }

    [Test]
    public void A_null_among_texts_is_named_by_its_place_and_nothing_is_written()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1]);
        float[] room = new float[30];

        Assert.That(() => embedder.Embed(["a", "b", null!], room), BadArgument.Named("texts", "index 2"));
        Assert.That(room, Is.All.Zero);
    }

    [TestCase("a\uD800b", "a\uFFFDb")]
    [TestCase("a \uDC00", "a \uFFFD")]
    [TestCase("\uD83Dhello", "\uFFFDhello")]
    [TestCase("hello\uDE00\uD83D world", "hello\uFFFD\uFFFD world")]
    public void An_unpaired_surrogate_is_read_as_the_replacement_character_everywhere(string text, string replaced)
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1]);
        TrainingSet set = new(embedder.Tokenizer, 20);
        set.Add(text, replaced, []);

        Assert.That(embedder.Embed(text), Is.EqualTo(embedder.Embed(replaced)));
        Assert.That(embedder.Tokenizer.Encode(text, 20), Is.EqualTo(embedder.Tokenizer.Encode(replaced, 20)));
        Assert.That(set.TextCount, Is.EqualTo(1));
        Assert.That(Words(text), Is.EqualTo(Words(replaced)));
        Assert.That(WordPieceTrainer.Train([text]).Count, Is.EqualTo(WordPieceTrainer.Train([replaced]).Count));

        static int[] Words(string text) => [Bm25Index.Build([text]).TermCount, Bm25Index.Build(["hello world a b"]).CreateSearcher().Search(text, 1).Length];
    }

    [Test]
    public void Weights_that_overflow_are_an_error_and_the_model_stays_usable()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0]);
        int hello = SmallVocabulary.Create().TryGetId("hello", out int id) ? id : -1;
        embedder.Model.Encoder.WordEmbeddings.Values.Span.Slice(hello * 24, 24).Fill(3e38f);
        embedder.Model.Encoder.WordEmbeddings.Values.Span[hello * 24] = -3e38f;

        ModelFiles.Refused(() => embedder.Embed(["a", "hello"], new float[48]), "finite embeddings", "text 1 of the batch");

        Assert.That(embedder.Embed("a b"), Is.EqualTo(SmallModel.Create(SmallModel.Heads[0]).Embed("a b")));

        string[] texts = new string[9000];
        Array.Fill(texts, "a b c");
        texts[8500] = "hello";
        ModelFiles.Refused(() => embedder.Embed(texts, new float[texts.Length * 24]), "finite embeddings", "text 8500 of the batch");
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
