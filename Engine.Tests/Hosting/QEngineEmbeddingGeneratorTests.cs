using Microsoft.Extensions.AI;
using NUnit.Framework;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Tests.Models;

namespace QEngine.Tests.Hosting;

/// <summary>The adapter to the ecosystem's embedding interface.</summary>
public sealed class QEngineEmbeddingGeneratorTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(32)]
    [TestCase(75)]
    public async Task Embeddings_are_those_of_the_model_in_order(int count)
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3]);
        using QEngineEmbeddingGenerator generator = new(embedder, "small");
        string[] texts = new string[count];
        for (int i = 0; i < count; i++) texts[i] = string.Concat("hello world ", new string('a', i));

        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(texts);

        Assert.That(embeddings, Has.Count.EqualTo(count));
        for (int i = 0; i < count; i++)
        {
            Assert.That(embeddings[i].Vector.ToArray(), Is.EqualTo(embedder.Embed(texts[i])));
            Assert.That(embeddings[i].ModelId, Is.EqualTo("small"));
        }
    }

    [Test]
    public async Task A_prompt_is_put_before_every_text()
    {
        SentenceEmbedder plain = SmallModel.Create(SmallModel.Heads[3]);
        SentenceEmbedder embedder = new(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = new Prompts([new("query", "hello "), new("other", "b ")], "other") };
        using QEngineEmbeddingGenerator standard = new(embedder, "small"), queries = new(embedder, "small", embedder.Prompts.Query), none = new(embedder, "small", "");

        Assert.That((await standard.GenerateAsync(["a", "world"]))[1].Vector.ToArray(), Is.EqualTo(plain.Embed("b world")));
        Assert.That((await queries.GenerateAsync(["a", "world"]))[1].Vector.ToArray(), Is.EqualTo(plain.Embed("hello world")));
        Assert.That((await none.GenerateAsync(["a", "world"]))[1].Vector.ToArray(), Is.EqualTo(plain.Embed("world")));
    }

    [Test]
    public void Metadata_names_folder_and_dimension()
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        using IEmbeddingGenerator<string, Embedding<float>> generator = QEngineEmbeddingGenerator.Load(files.Folder + Path.DirectorySeparatorChar);

        EmbeddingGeneratorMetadata metadata = (EmbeddingGeneratorMetadata)generator.GetService(typeof(EmbeddingGeneratorMetadata))!;

        Assert.That(metadata.DefaultModelId, Is.EqualTo("model"));
        Assert.That(metadata.DefaultModelDimensions, Is.EqualTo(10));
        Assert.That(metadata.ProviderName, Is.EqualTo("qengine"));
    }

    [Test]
    public void Services_are_itself_its_model_and_nothing_else()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0]);
        using QEngineEmbeddingGenerator generator = new(embedder, "small");

        Assert.That(generator.GetService(typeof(SentenceEmbedder)), Is.SameAs(embedder));
        Assert.That(generator.GetService(typeof(IEmbeddingGenerator)), Is.SameAs(generator));
        Assert.That(generator.GetService(typeof(string)), Is.Null);
        Assert.That(generator.GetService(typeof(SentenceEmbedder), "key"), Is.Null);
    }

    [Test]
    public void A_cancelled_call_computes_nothing()
    {
        using QEngineEmbeddingGenerator generator = new(SmallModel.Create(SmallModel.Heads[0]), "small");

        Assert.That(async () => await generator.GenerateAsync(["hello"], null, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Cancelling_stops_a_long_call()
    {
        using QEngineEmbeddingGenerator generator = new(SmallModel.Create(SmallModel.Heads[0]), "small");
        using CancellationTokenSource source = new();
        string[] texts = new string[2_000_000];
        Array.Fill(texts, "hello world hello world hello world");

        Task<GeneratedEmbeddings<Embedding<float>>> running = generator.GenerateAsync(texts, null, source.Token);
        source.CancelAfter(TimeSpan.FromMilliseconds(50));

        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Another_model_other_dimensions_and_null_are_refused()
    {
        using QEngineEmbeddingGenerator generator = new(SmallModel.Create(SmallModel.Heads[0]), "small");

        ModelFiles.Refused(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 23 }), "24 dimensions", "found 23");
        ModelFiles.Refused(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = "large" }), "small", "found large");
        Assert.That(() => generator.GenerateAsync(["a", null!]), Throws.ArgumentException.With.Message.Contains("null at position 1").And.Property("ParamName").EqualTo("values"));
        Assert.That(() => generator.GenerateAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => generator.GetService(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Options_that_cannot_be_followed_are_refused_by_name()
    {
        using QEngineEmbeddingGenerator generator = new(SmallModel.Create(SmallModel.Heads[0]), "small");
        AdditionalPropertiesDictionary asked = new() { ["truncate"] = true, ["normalize"] = true };

        ModelFiles.Refused(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { AdditionalProperties = asked }), "truncate, normalize");
        ModelFiles.Refused(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { RawRepresentationFactory = _ => new object() }), "raw representation");
        EmbeddingGenerationOptions harmless = new() { AdditionalProperties = [], RawRepresentationFactory = _ => null, Dimensions = 24, ModelId = "small" };
        Assert.That(await generator.GenerateAsync(["a"], harmless), Has.Count.EqualTo(1));
    }
}
