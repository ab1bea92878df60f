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
    public void Null_is_refused()
    {
        using QEngineEmbeddingGenerator generator = new(SmallModel.Create(SmallModel.Heads[0]), "small");

        Assert.That(() => generator.GenerateAsync(["a", null!]), Throws.ArgumentException.With.Message.Contains("null at position 1").And.Property("ParamName").EqualTo("values"));
        Assert.That(() => generator.GenerateAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => generator.GetService(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Options_that_it_does_not_know_are_left_aside()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[0]);
        using QEngineEmbeddingGenerator generator = new(embedder, "small");
        EmbeddingGenerationOptions options = new()
        {
            AdditionalProperties = new() { ["truncate"] = true },
            RawRepresentationFactory = _ => new object(),
            Dimensions = 23,
            ModelId = "large",
        };

        Embedding<float> embedding = (await generator.GenerateAsync(["a"], options))[0];

        Assert.That(embedding.Vector.ToArray(), Is.EqualTo(embedder.Embed("a")));
        Assert.That(embedding.ModelId, Is.EqualTo("small"));
    }

    [Test]
    public async Task Matryoshka_dimensions_are_honoured_at_unit_length_where_the_model_has_it([Values(1, 6)] int head, [Values(1, 5, 10)] int dimension)
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[head]);
        using QEngineEmbeddingGenerator generator = embedder.AsIEmbeddingGenerator("small", matryoshka: [1, 5, 10]);
        float[] whole = embedder.Embed("hello world");

        Embedding<float> found = (await generator.GenerateAsync(["hello world"], new EmbeddingGenerationOptions { Dimensions = dimension }))[0];
        Embedding<float> other = (await generator.GenerateAsync(["hello world"], new EmbeddingGenerationOptions { Dimensions = 4 }))[0];

        double length = Math.Sqrt(whole.Take(dimension).Sum(x => (double)x * x));
        double scale = embedder.Model.Head.Modules is [.., NormalizeModule] ? length : 1;
        Assert.That(found.Vector.ToArray(), Is.EqualTo(whole.Take(dimension).Select(x => (float)(x / scale))).Within(1e-6f));
        Assert.That(other.Vector.ToArray(), Is.EqualTo(whole));
    }

    [Test]
    public async Task Usage_counts_the_tokens_that_are_embedded()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3]);
        using QEngineEmbeddingGenerator generator = embedder.AsIEmbeddingGenerator(prompt: "hello ");
        string[] texts = ["world", "", "a b c"];
        int[] ids = new int[embedder.MaximumLength];

        UsageDetails usage = (await generator.GenerateAsync(texts)).Usage!;

        Assert.That(usage.InputTokenCount, Is.EqualTo(texts.Sum(text => embedder.Tokenizer.Encode("hello " + text, ids))));
        Assert.That(usage.TotalTokenCount, Is.EqualTo(usage.InputTokenCount));
    }

    [Test]
    public async Task Bytes_and_bits_keep_the_vectors_directions_and_signs()
    {
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1]);
        float[] vector = embedder.Embed("hello world");
        using IEmbeddingGenerator<string, Embedding<sbyte>> bytes = embedder.AsInt8EmbeddingGenerator("small");
        using IEmbeddingGenerator<string, BinaryEmbedding> bits = embedder.AsBinaryEmbeddingGenerator("small");

        Embedding<sbyte> code = (await bytes.GenerateAsync(["hello world"]))[0];
        BinaryEmbedding signs = (await bits.GenerateAsync(["hello world"]))[0];

        float max = vector.Max(MathF.Abs);
        Assert.That(code.Vector.ToArray(), Is.EqualTo(vector.Select(x => (sbyte)MathF.Round(x * (127 / max)))));
        Assert.That(code.Vector.ToArray().Max(x => Math.Abs((int)x)), Is.EqualTo(127));
        Assert.That(signs.Vector.Cast<bool>(), Is.EqualTo(vector.Select(x => x > 0)));
        Assert.That((code.ModelId, signs.ModelId, signs.Dimensions), Is.EqualTo(("small", "small", vector.Length)));
    }

    [Test]
    public async Task Angles_have_a_byte_each_and_no_bits()
    {
        SentenceEmbedder embedder = SmallModel.Create(HeadConfiguration.Quantum(24, 6));
        using IEmbeddingGenerator<string, Embedding<sbyte>> bytes = embedder.AsInt8EmbeddingGenerator();

        Embedding<sbyte> code = (await bytes.GenerateAsync(["hello world"]))[0];

        Assert.That(code.Vector.ToArray(), Is.EqualTo(embedder.Embed("hello world").Select(x => (sbyte)MathF.Round(x * (127 / MathF.PI)))));
        Assert.That(() => embedder.AsBinaryEmbeddingGenerator(), Throws.ArgumentException.With.Message.Contains("cosine"));
        Assert.That(() => embedder.AsIEmbeddingGenerator(matryoshka: [3]), Throws.ArgumentException.With.Message.Contains("cosine"));
    }
}
