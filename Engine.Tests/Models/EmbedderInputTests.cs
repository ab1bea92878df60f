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

/// <summary>What embedding takes and refuses: formats, room, lengths, null, surrogates, weights that overflow.</summary>
public sealed class EmbedderInputTests
{
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
        Assert.That(() => new EmbedOptions { Format = (EmbeddingFormat)9 }, BadArgument.OutOfRange("value", (EmbeddingFormat)9));
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
}
