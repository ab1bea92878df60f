using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;
using NUnit.Framework;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Tests.Models;
using QEngine.Tests.Support;

namespace QEngine.Tests.Hosting;

/// <summary>A model in an application's services, with the real pipeline around it.</summary>
public sealed class EmbeddingServicesTests
{
    private readonly CountingCache _storage = new();

    [TearDown]
    public void Empty() => _storage.Clear();

    [Test]
    public async Task Three_generators_share_a_model_and_a_cache_and_get_their_own_vectors()
    {
        int made = 0;
        SentenceEmbedder embedder = Prompted();
        ServiceCollection services = new();
        services.AddSingleton<IDistributedCache>(_storage);
        services.AddQEngineEmbeddings(
            _ => { made++; return embedder; }, "small", builder => builder.UseDistributedCache().UseOpenTelemetry().UseLogging());
        services.AddLogging();
        using ServiceProvider provider = services.BuildServiceProvider();
        IEmbeddingGenerator<string, Embedding<float>> texts = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        IEmbeddingGenerator<string, Embedding<float>> queries = Keyed(provider, EmbeddingServices.Query);
        IEmbeddingGenerator<string, Embedding<float>> documents = Keyed(provider, EmbeddingServices.Document);

        for (int round = 0; round < 2; round++)
        {
            Assert.That(await Vector(texts), Is.EqualTo(embedder.Embed("world", "c ")));
            Assert.That(await Vector(queries), Is.EqualTo(embedder.Embed("world", "hello ")));
            Assert.That(await Vector(documents), Is.EqualTo(embedder.Embed("world", "a ")));
        }
        Assert.That((made, _storage.Hits), Is.EqualTo((1, 3)));
        Assert.That(provider.GetRequiredService<SentenceEmbedder>(), Is.SameAs(embedder));
        Assert.That(queries.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId, Is.EqualTo("small"));
    }

    [Test]
    public async Task A_folder_is_loaded_when_it_is_asked_for_and_is_the_models_name()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        using ServiceProvider provider = new ServiceCollection().AddQEngineEmbeddings(files.Folder).BuildServiceProvider();
        IEmbeddingGenerator<string, Embedding<float>> generator = Keyed(provider, EmbeddingServices.Query);

        Assert.That(await Vector(generator), Is.EqualTo(provider.GetRequiredService<SentenceEmbedder>().Embed("world")));
        Assert.That(generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId, Is.EqualTo("model"));
        using ServiceProvider none = new ServiceCollection().AddQEngineEmbeddings(files.Folder + "-none").BuildServiceProvider();
        Assert.That(() => Keyed(none, EmbeddingServices.Document), Throws.InstanceOf<QEngineException>());
    }

    [Test]
    public async Task Of_two_models_each_answers_by_its_own_name_and_the_last_without_one()
    {
        SentenceEmbedder first = Prompted(), second = SmallModel.Create(SmallModel.Heads[1]);
        using ServiceProvider provider = new ServiceCollection()
            .AddQEngineEmbeddings(_ => first, "first", pipeline: null)
            .AddQEngineEmbeddings(_ => second, "second", pipeline: null)
            .BuildServiceProvider();

        IEmbeddingGenerator<string, Embedding<float>>[] all = [.. provider.GetServices<IEmbeddingGenerator<string, Embedding<float>>>()];

        Assert.That(all.Select(generator => generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId), Is.EqualTo(new[] { "first", "second" }));
        Assert.That(await Vector(all[0]), Is.EqualTo(first.Embed("world", "c ")));
        Assert.That(await Vector(all[1]), Is.EqualTo(second.Embed("world")));
        Assert.That(await Vector(Keyed(provider, EmbeddingServices.Query)), Is.EqualTo(second.Embed("world")));
        Assert.That(provider.GetRequiredService<SentenceEmbedder>(), Is.SameAs(second));
    }

    [Test]
    public async Task A_store_has_the_model_of_the_services_and_is_closed_by_them()
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder embedder = SmallStore.Model(quantum: true);
        ServiceProvider provider = new ServiceCollection()
            .AddQEngineEmbeddings(_ => embedder, "small", pipeline: null)
            .AddQEngineVectorStore(folder.Path("store"), codes: null)
            .BuildServiceProvider();
        VectorStore store = provider.GetRequiredService<VectorStore>();

        Assert.That(provider.GetRequiredService<QEngineVectorStore>(), Is.SameAs(store));
        Assert.That(store.GetService(typeof(SentenceEmbedder)), Is.SameAs(embedder));
        VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
        await notes.EnsureCollectionExistsAsync();
        await notes.UpsertAsync(Note.Of(1));
        Assert.That((await notes.GetAsync("n1"))!.Body, Is.EqualTo(Note.Of(1).Body));
        await provider.DisposeAsync();
        Assert.That(async () => await notes.GetAsync("n1"), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_hundred_callers_at_once_get_what_they_would_alone(CancellationToken cancellation)
    {
        SentenceEmbedder embedder = Prompted();
        using ServiceProvider provider = new ServiceCollection()
            .AddSingleton<IDistributedCache>(_storage)
            .AddQEngineEmbeddings(_ => embedder, "small", builder => builder.UseDistributedCache())
            .BuildServiceProvider();
        IEmbeddingGenerator<string, Embedding<float>> queries = Keyed(provider, EmbeddingServices.Query);
        string[] words = ["hello", "world", "a", "b", "c", "able", "una"];

        float[][] found = await Task.WhenAll(Enumerable.Range(0, 100).Select(caller => Task.Run(
            async () => (await queries.GenerateAsync([words[caller % words.Length]], cancellationToken: cancellation))[0].Vector.ToArray(),
            cancellation)));

        for (int caller = 0; caller < found.Length; caller++)
            Assert.That(found[caller], Is.EqualTo(embedder.Embed(words[caller % words.Length], "hello ")));
    }

    private static SentenceEmbedder Prompted()
    {
        SentenceEmbedder plain = SmallModel.Create(SmallModel.Heads[3]);
        return new SentenceEmbedder(plain.Model, plain.Tokenizer, plain.MaximumLength)
        {
            Prompts = new Prompts([new("query", "hello "), new("document", "a "), new("other", "c ")], "other"),
        };
    }

    private static IEmbeddingGenerator<string, Embedding<float>> Keyed(ServiceProvider provider, string key) =>
        provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(key);

    private static async Task<float[]> Vector(IEmbeddingGenerator<string, Embedding<float>> generator) =>
        (await generator.GenerateAsync(["world"]))[0].Vector.ToArray();
}
