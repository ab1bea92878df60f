using Microsoft.Extensions.AI;
using NUnit.Framework;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Tests.Models;

namespace QEngine.Tests.Hosting;

public sealed class ManyTextsTests
{
    /// <summary>More than a generator embeds at once, with a last part of its own size.</summary>
    [Test]
    public async Task Every_text_has_the_embedding_it_has_alone()
    {
        SentenceEmbedder embedder = SmallModel.Create(HeadConfiguration.Linear(24, 10));
        using QEngineEmbeddingGenerator generator = new(embedder, "model");
        string[] words = ["hello", "una", "a", "b", "c", "able"], texts = [.. Enumerable.Range(0, 1060).Select(Text)];

        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(texts);

        Assert.That(embeddings, Has.Count.EqualTo(texts.Length));
        foreach (int text in (int[])[0, 1, 1023, 1024, 1025, 1059])
            Assert.That(embeddings[text].Vector.ToArray(), Is.EqualTo(embedder.Embed(texts[text])), $"text {text}");

        // The digits of a number to the base of the words: no two texts are the same.
        string Text(int number) => number < words.Length ? words[number] : $"{Text(number / words.Length)} {words[number % words.Length]}";
    }
}
