using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Tests.Support;

namespace Examples;

/// <summary>docs/library.md: a model in an application's services, its generators behind one cache.</summary>
[NonParallelizable]
public sealed class ServicesExampleTests
{
    [Test]
    public async Task Queries_and_documents_get_their_own_vectors_from_one_cache()
    {
        SentenceEmbedder saved = RandomModel.Create(quantum: false, new Prompts([new("query", "read "), new("document", "file ")]));
        using ExampleFolder folder = new("models/arctic", saved);
        CountingCache storage = new();
        ServiceCollection services = new();
        services.AddSingleton<IDistributedCache>(storage);
        services.AddSingleton<Answers>();

        Register(services);

        using ServiceProvider provider = services.BuildServiceProvider();
        Answers answers = provider.GetRequiredService<Answers>();
        for (int round = 0; round < 2; round++)
        {
            Assert.That((await answers.Queries.GenerateAsync(["a task"]))[0].Vector.ToArray(), Is.EqualTo(saved.Embed("a task", "read ")));
            Assert.That((await answers.Documents.GenerateAsync(["a task"]))[0].Vector.ToArray(), Is.EqualTo(saved.Embed("a task", "file ")));
        }
        Assert.That(storage.Hits, Is.EqualTo(2));
    }

    private static void Register(IServiceCollection services)
    {
        services.AddQEngineEmbeddings("models/arctic", builder => builder.UseDistributedCache());
    }
}

public sealed class Answers(
    [FromKeyedServices(EmbeddingServices.Query)] IEmbeddingGenerator<string, Embedding<float>> queries,
    [FromKeyedServices(EmbeddingServices.Document)] IEmbeddingGenerator<string, Embedding<float>> documents)
{
    public IEmbeddingGenerator<string, Embedding<float>> Queries => queries;

    public IEmbeddingGenerator<string, Embedding<float>> Documents => documents;
}
