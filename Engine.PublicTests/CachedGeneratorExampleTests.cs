using Microsoft.Extensions.AI;
using NUnit.Framework;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Tests.Support;

namespace Examples;

/// <summary>Engine/Hosting/README.md, docs/library.md: generators for queries and for documents share a cache.</summary>
public sealed class CachedGeneratorExampleTests
{
    [Test]
    public async Task Queries_and_documents_get_their_own_vectors_from_one_cache()
    {
        CountingCache storage = new();
        SentenceEmbedder embedder = RandomModel.Create(quantum: true);
        using QEngineEmbeddingGenerator queries = new(embedder, "random", "read "), documents = new(embedder, "random", "file ");
        using IEmbeddingGenerator<string, Embedding<float>> cachedQueries = Cached(queries), cachedDocuments = Cached(documents);

        for (int round = 0; round < 2; round++)
        {
            Assert.That((await cachedQueries.GenerateAsync(["a task"]))[0].Vector.ToArray(), Is.EqualTo(embedder.Embed("a task", "read ")));
            Assert.That((await cachedDocuments.GenerateAsync(["a task"]))[0].Vector.ToArray(), Is.EqualTo(embedder.Embed("a task", "file ")));
        }
        Assert.That(storage.Hits, Is.EqualTo(2));

        IEmbeddingGenerator<string, Embedding<float>> Cached(QEngineEmbeddingGenerator generator) =>
            generator.AsBuilder().UseDistributedCache(storage, cache => cache.CacheKeyAdditionalValues = generator.CacheKeyAdditionalValues).Build();
    }
}
