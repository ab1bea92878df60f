using NUnit.Framework;
using QEngine.Models;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Models;

public sealed class EmbeddingWindowTests
{
    private const int MaximumLength = 20;

    private static readonly WorkerPool Workers = new(3);
    private static readonly SentenceEmbedder Embedder = SmallModel.Create(SmallModel.Heads[0], Workers, MaximumLength);

    [OneTimeTearDown]
    public void EndThreads() => Workers.Dispose();

    [Property]
    public void Batches_are_all_texts_once_longest_first_and_no_larger_than_needed(byte[] words, FsCheck.PositiveInt tokens)
    {
        string[] texts = Texts(words);
        EmbeddingWindow window = new(Embedder);

        window.Fill(texts);
        window.Cut(tokens.Get);

        int[] order = [.. Enumerable.Range(0, window.Batches).SelectMany(batch => window.Batch(batch).ToArray())];
        int[] lengths = Array.ConvertAll(texts, text => Embedder.Tokenizer.Encode(text, MaximumLength).Length);
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, texts.Length).OrderByDescending(text => lengths[text])), "stable");
        Assert.That((window.Count, window.Tokens), Is.EqualTo((texts.Length, lengths.Sum())));
        for (int batch = 0; batch < window.Batches; batch++)
        {
            int[] inside = Array.ConvertAll(window.Batch(batch).ToArray(), text => lengths[text]);
            Assert.That(inside[..^1].Sum(), Is.LessThan(tokens.Get), "every batch ends with the text that fills it");
            if (batch + 1 < window.Batches) Assert.That(inside.Sum(), Is.GreaterThanOrEqualTo(tokens.Get));
        }
    }

    [Property]
    public void Ids_are_the_tokenizers_also_when_the_window_is_used_again(byte[] first, byte[] second)
    {
        EmbeddingWindow window = new(Embedder);
        foreach (byte[] words in new[] { first, second })
        {
            string[] texts = Texts(words);
            window.Fill(texts);
            for (int text = 0; text < texts.Length; text++)
                Assert.That(window.Ids(text).ToArray(), Is.EqualTo(Embedder.Tokenizer.Encode(texts[text], MaximumLength)));
        }
    }

    [Test]
    public void No_texts_are_no_batches()
    {
        EmbeddingWindow window = new(Embedder);

        window.Fill(["a", "b"]);
        window.Fill([]);
        window.Cut(10);

        Assert.That((window.Count, window.Tokens, window.Batches), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public void A_full_window_takes_nothing_more_than_it_has_room_for()
    {
        EmbeddingWindow window = new(Embedder);
        string[] texts = new string[window.Capacity];
        Array.Fill(texts, "a b c");

        window.Fill(texts);
        window.Cut(5);

        Assert.That((window.Count, window.Batches), Is.EqualTo((8192, 8192)));
    }

    // One text a number, of that many words modulo 30: shorter and longer than the maximum length.
    private static string[] Texts(byte[] words) => Array.ConvertAll(words, count => string.Join(' ', Enumerable.Repeat("hello", count % 30)));
}
