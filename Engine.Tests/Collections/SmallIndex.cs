using QEngine.Collections;
using QEngine.Models;
using QEngine.Tests.Models;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Indexes of a model of random weights, with prompts, and documents of a few words each.</summary>
internal static class SmallIndex
{
    private static readonly string[] Words = ["hello", "world", "unaffable", "cafe", "mask", "a", "b", "c", "e", "i", "m", "k"];

    private static readonly string[] Languages = ["en", "de", "fr"];

    /// <summary>Compared by fidelity or by cosine.</summary>
    public static SentenceEmbedder Model(bool quantum)
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[quantum ? 3 : 1]);
        return new SentenceEmbedder(embedder.Model, embedder.Tokenizer, embedder.MaximumLength, WorkerPool.Single)
        {
            Prompts = new Prompts([new("query", "hello "), new("document", "world ")]),
        };
    }

    /// <summary>Documents d0, d1, ... of which every third has metadata.</summary>
    public static Document[] Documents(int first, int count) => [.. Enumerable.Range(first, count).Select(Document)];

    public static Document Document(int i)
    {
        Document document = new($"d{i}", Text(i));
        return i % 3 == 0 ? document : document with { Metadata = Metadata(i) };
    }

    public static string Text(int i)
    {
        Random random = new(i);
        return string.Join(' ', Enumerable.Range(0, 1 + random.Next(6)).Select(_ => Words[random.Next(Words.Length)]));
    }

    public static Dictionary<string, MetadataValue> Metadata(int i) => new()
    {
        ["language"] = Languages[i % 4 % 3],
        ["year"] = 1990 + (i % 17),
        ["draft"] = i % 5 == 0,
        ["mixed"] = i % 2 == 0 ? i : $"{i}",
    };

    public static async IAsyncEnumerable<Document> Slowly(IEnumerable<Document> documents)
    {
        foreach (Document document in documents)
        {
            await Task.Yield();
            yield return document;
        }
    }
}
