using Microsoft.Extensions.AI;
using NUnit.Framework;
using QEngine.Hosting;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Models;
using QEngine.Tests.Support;
using QEngine.Tests.Text;
using QEngine.Text;

namespace QEngine.Tests.Hosting;

/// <summary>Generators behind a cache that they share, which keys on values and options alone.</summary>
public sealed class CachedGeneratorTests
{
    private readonly CountingCache _storage = new();

    [TearDown]
    public void Empty() => _storage.Clear();

    [Test]
    public async Task A_pair_for_queries_and_documents_gets_its_own_vectors()
    {
        SentenceEmbedder embedder = Prompted();
        using QEngineEmbeddingGenerator queries = new(embedder, "small", embedder.Prompts.Query), documents = new(embedder, "small", embedder.Prompts.Document);
        using IEmbeddingGenerator<string, Embedding<float>> cachedQueries = Cached(queries), cachedDocuments = Cached(documents);

        for (int round = 0; round < 2; round++)
        {
            Assert.That(await Vector(cachedQueries), Is.EqualTo(embedder.Embed("world", embedder.Prompts.Query)));
            Assert.That(await Vector(cachedDocuments), Is.EqualTo(embedder.Embed("world", embedder.Prompts.Document)));
        }
        Assert.That(_storage.Hits, Is.EqualTo(2));
    }

    [Test]
    public async Task Without_the_additional_values_they_would_get_each_others()
    {
        SentenceEmbedder embedder = Prompted();
        using QEngineEmbeddingGenerator queries = new(embedder, "small", embedder.Prompts.Query), documents = new(embedder, "small", embedder.Prompts.Document);
        using DistributedCachingEmbeddingGenerator<string, Embedding<float>> cachedQueries = new(queries, _storage), cachedDocuments = new(documents, _storage);

        Assert.That(await Vector(cachedDocuments), Is.EqualTo(embedder.Embed("world", embedder.Prompts.Document)));
        Assert.That(await Vector(cachedQueries), Is.EqualTo(embedder.Embed("world", embedder.Prompts.Document)));
    }

    [Test]
    public void Whatever_changes_a_vector_changes_the_values()
    {
        SentenceEmbedder embedder = Prompted();
        EmbeddingModel<float> model = embedder.Model;
        HashSet<string> keys = [Key(embedder)];

        Different(new SentenceEmbedder(model, embedder.Tokenizer, embedder.MaximumLength - 1), "a shorter maximum");
        Different(new SentenceEmbedder(model, new BertTokenizer(SmallVocabulary.Create(new TokenizerSettings { Lowercase = false })), embedder.MaximumLength), "another tokenizer");
        Different(embedder, "another prompt", prompt: "b ");
        Different(embedder, "another name", name: "other");
        Different(new SentenceEmbedder(model, embedder.Tokenizer, embedder.MaximumLength) { Prompts = new Prompts(embedder.Prompts.Texts, "other", pooled: false) }, "a prompt that is not pooled");
        foreach (PoolingMode pooling in (PoolingMode[])[PoolingMode.Cls, PoolingMode.Max]) Different(SmallModel.Create(SmallModel.Heads[3], pooling: pooling), $"pooling {pooling}");
        foreach (int head in (int[])[0, 1, 2, 4, 5, 6]) Different(SmallModel.Create(SmallModel.Heads[head]), $"head {head}");
        foreach (Parameter<float> parameter in model.Parameters.Parameters)
        {
            float before = parameter.Values.Span[^1];
            parameter.Values.Span[^1] = MathF.BitIncrement(before);
            Different(embedder, parameter.TensorName);
            parameter.Values.Span[^1] = before;
        }

        Assert.That(keys, Does.Contain(Key(embedder)), "the same model has the same values again");
        Assert.That(Key(SmallModel.Create(SmallModel.Heads[3])), Is.EqualTo(Key(embedder, prompt: "")), "and so has another instance of it");

        void Different(SentenceEmbedder other, string what, string name = "small", string? prompt = null) => Assert.That(keys.Add(Key(other, name, prompt)), Is.True, what);
    }

    [Test]
    public async Task Matryoshka_dimensions_are_not_served_to_a_generator_that_leaves_the_option_aside()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1]);
        using QEngineEmbeddingGenerator nested = embedder.AsIEmbeddingGenerator(matryoshka: [4]), whole = embedder.AsIEmbeddingGenerator();
        using IEmbeddingGenerator<string, Embedding<float>> cachedNested = Cached(nested), cachedWhole = Cached(whole);
        EmbeddingGenerationOptions options = new() { Dimensions = 4 };

        Assert.That((await cachedNested.GenerateAsync(["world"], options))[0].Vector.Length, Is.EqualTo(4));
        Assert.That((await cachedWhole.GenerateAsync(["world"], options))[0].Vector.Length, Is.EqualTo(embedder.Dimension));
    }

    [Test]
    public void Numbers_bytes_and_bits_are_told_apart()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1]);
        using QEngineEmbeddingGenerator numbers = embedder.AsIEmbeddingGenerator();
        using CodeEmbeddingGenerator<Embedding<sbyte>> bytes = embedder.AsInt8EmbeddingGenerator();
        using CodeEmbeddingGenerator<BinaryEmbedding> bits = embedder.AsBinaryEmbeddingGenerator();

        string[] keys = [.. new[] { numbers.CacheKeyAdditionalValues, bytes.CacheKeyAdditionalValues, bits.CacheKeyAdditionalValues }.Select(values => string.Join('|', values))];

        Assert.That(keys, Is.Unique);
        Assert.That(string.Join('|', embedder.AsInt8EmbeddingGenerator().CacheKeyAdditionalValues), Is.EqualTo(keys[1]));
        Assert.That(string.Join('|', embedder.AsInt8EmbeddingGenerator(prompt: "hello ").CacheKeyAdditionalValues), Is.Not.EqualTo(keys[1]));
    }

    [Test]
    public void The_default_prompt_is_the_same_asked_for_or_not()
    {
        SentenceEmbedder embedder = Prompted();

        Assert.That(Key(embedder, prompt: embedder.Prompts.Default), Is.EqualTo(Key(embedder)));
    }

    private static SentenceEmbedder Prompted()
    {
        SentenceEmbedder plain = SmallModel.Create(SmallModel.Heads[3]);
        return new SentenceEmbedder(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = new Prompts([new("query", "hello "), new("document", "a "), new("other", "c ")], "other") };
    }

    private static string Key(SentenceEmbedder embedder, string name = "small", string? prompt = null)
    {
        using QEngineEmbeddingGenerator generator = new(embedder, name, prompt);
        Assert.That(generator.CacheKeyAdditionalValues, Is.All.TypeOf<string>());
        return string.Join('|', generator.CacheKeyAdditionalValues);
    }

    private IEmbeddingGenerator<string, Embedding<float>> Cached(QEngineEmbeddingGenerator generator) =>
        generator.AsBuilder().UseDistributedCache(_storage, cache => cache.CacheKeyAdditionalValues = generator.CacheKeyAdditionalValues).Build();

    private static async Task<float[]> Vector(IEmbeddingGenerator<string, Embedding<float>> generator) => (await generator.GenerateAsync(["world"]))[0].Vector.ToArray();
}
