using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Layers;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Texts before texts, by the rules of sentence-transformers.</summary>
public sealed class PromptsTests
{
    private const string Sentence = "config_sentence_transformers.json";

    private static readonly string[] Texts = ["", "world", "b c, unaffable! 😀", "a b c a b c a b c a b c a b c a b c a b c a b c"];

    [Test]
    public void A_prompt_is_embedded_as_if_it_were_in_the_text([Values("hello ", "un", "café: ")] string prompt, [Values(1, 2)] int threads)
    {
        using WorkerPool workers = new(threads);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[3], workers);
        float[] found = new float[Texts.Length * embedder.Dimension], expected = new float[found.Length];

        embedder.Embed(Texts, found, new EmbedOptions { Prompt = prompt });
        embedder.Embed(Array.ConvertAll(Texts, text => prompt + text), expected);

        Assert.That(found, Is.EqualTo(expected));
        Assert.That(embedder.Embed("world", prompt), Is.EqualTo(embedder.Embed(prompt + "world")));
        Assert.That(embedder.Embed("world", prompt), Is.Not.EqualTo(embedder.Embed("world")));
    }

    [Test]
    public void Prompts_that_first_tokens_cannot_leave_out_are_refused()
    {
        SentenceEmbedder plain = SmallModel.Create(SmallModel.Heads[0], pooling: PoolingMode.Cls);
        Prompts prompts = new([new("query", "hello ")], "query", pooled: false);

        Assert.That(
            () => new SentenceEmbedder(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = prompts },
            Throws.ArgumentException.With.Message.StartsWith("expected prompts that are pooled, since the model pools first tokens"));
        Assert.That(() => new SentenceEmbedder(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = null! }, Throws.ArgumentNullException);
    }

    [Test]
    public void The_default_is_used_where_none_is_asked_for()
    {
        SentenceEmbedder plain = SmallModel.Create(SmallModel.Heads[0]);
        SentenceEmbedder embedder = new(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = new Prompts([new("clustering", "hello "), new("other", "b ")], "clustering") };

        Assert.That(embedder.Embed("world"), Is.EqualTo(plain.Embed("hello world")));
        Assert.That(embedder.Embed("world", null), Is.EqualTo(plain.Embed("hello world")));
        Assert.That(embedder.Embed("world", ""), Is.EqualTo(plain.Embed("world")));
        Assert.That(embedder.Embed("world", embedder.Prompts["other"]), Is.EqualTo(plain.Embed("b world")));
    }

    [TestCase("", null, "", "")]
    [TestCase("query", null, "<query>", "")]
    [TestCase("query document", null, "<query>", "<document>")]
    [TestCase("corpus passage", null, "", "<passage>")]
    [TestCase("corpus", null, "", "<corpus>")]
    [TestCase("passage document query", null, "<query>", "<document>")]
    [TestCase("query other", "other", "<query>", "<other>")]
    [TestCase("other", "other", "<other>", "<other>")]
    [TestCase("Query Document", null, "", "")]
    public void Queries_and_documents_have_their_own(string names, string? standard, string query, string document)
    {
        Prompts prompts = new([.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new KeyValuePair<string, string>(name, $"<{name}>"))], standard);

        Assert.That((prompts.Query, prompts.Document), Is.EqualTo((query, document)));
    }

    [Test]
    public void A_named_but_empty_prompt_is_no_prompt()
    {
        Prompts prompts = new([new("query", ""), new("document", ""), new("other", "o ")], "other");

        Assert.That((prompts.Query, prompts.Document, prompts.Default), Is.EqualTo(("", "", "o ")));
    }

    [Test]
    public void Prompts_survive_saving()
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder small = SmallModel.Create(SmallModel.Heads[0]);
        Prompts prompts = new([new("query", "hello: "), new("zz", "é😀 \"\n"), new("document", "")], "zz");

        ModelFolder.Save(new SentenceEmbedder(small.Model, small.Tokenizer, 20) { Prompts = prompts }, folder.Path("model"));
        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"));

        Assert.That(loaded.Prompts.Texts, Is.EqualTo(prompts.Texts));
        Assert.That((loaded.Prompts.DefaultName, loaded.Prompts.Pooled), Is.EqualTo(("zz", true)));
    }

    [TestCase("mean", "hello ", 1)]
    [TestCase("mean", "hello ", 2)]
    [TestCase("max", "un", 2)]
    [TestCase("mean_sqrt_len_tokens", "café: ", 1)]
    public void A_pooling_without_prompts_pools_the_tokens_after_the_prompt(string mode, string prompt, int threads)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.WriteAllText(files["1_Pooling/config.json"], $"{{\"embedding_dimension\": 24, \"pooling_mode\": \"{mode}\", \"include_prompt\": false}}");
        using WorkerPool workers = new(threads);
        SentenceEmbedder embedder = ModelFolder.Load(files.Folder, workers);
        NaiveBert naive = new(embedder.Model.Encoder.Configuration, name => Weights(embedder.Model, name));
        float[] found = new float[Texts.Length * 24];

        embedder.Embed(Texts, found, new EmbedOptions { Prompt = prompt });

        int promptTokens = embedder.Tokenizer.Encode(prompt, 20).Length - 1;
        for (int i = 0; i < Texts.Length; i++)
        {
            double[][] states = naive.Forward(embedder.Tokenizer.Encode(prompt + Texts[i], 20))[promptTokens..];
            double[] expected = [.. Enumerable.Range(0, 24).Select(column => Pool(mode, states, column))];
            Assert.That(found[(24 * i)..(24 * (i + 1))], Is.EqualTo(expected).Within(2e-5), Texts[i]);
            Assert.That(embedder.Embed(Texts[i], prompt), Is.EqualTo(found[(24 * i)..(24 * (i + 1))]), Texts[i]);
            Assert.That(embedder.Embed(Texts[i], ""), Is.Not.EqualTo(embedder.Embed(Texts[i], prompt)), Texts[i]);
        }
        Assert.That(embedder.Embed("world", new string('a', 100)), Has.All.Matches<float>(float.IsFinite), "a prompt longer than any text");
    }

    [Test]
    public void A_pooling_without_prompts_is_kept_and_embeds_with_none()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace("1_Pooling/config.json", "\"include_prompt\": true", "\"include_prompt\": false");
        files.Replace(Sentence, "\"prompts\": {}", "\"prompts\": {\"query\": \"hello \", \"document\": \"\"}");
        using TemporaryFolder folder = new();

        ModelFolder.Save(ModelFolder.Load(files.Folder), folder.Path("model"));
        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"));

        Assert.That(loaded.Embed("world", ""), Is.EqualTo(SmallModel.Create(SmallModel.Heads[0]).Embed("world")));
        Assert.That((loaded.Prompts.Pooled, loaded.Prompts.Query), Is.EqualTo((false, "hello ")));
        Assert.That(loaded.Embed("world", loaded.Prompts.Query), Is.Not.EqualTo(loaded.Embed("hello world", "")));
    }

    [Test]
    public void The_first_token_alone_is_not_pooled_without_its_prompt()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        File.WriteAllText(files["1_Pooling/config.json"], "{\"embedding_dimension\": 24, \"pooling_mode\": \"cls\", \"include_prompt\": false}");

        files.Refused("include_prompt true with pooling_mode cls", "found false", "1_Pooling");
    }

    [TestCase("\"prompts\": {}", "\"prompts\": {\"query\": 1}", "String", "query")]
    [TestCase("\"prompts\": {}", "\"prompts\": [\"query\"]", "Object", "prompts")]
    [TestCase("\"prompts\": {}", "\"prompts\": {\"query\": \"a\", \"query\": \"b\"}", "every name of an object once", "query")]
    [TestCase("\"default_prompt_name\": null", "\"default_prompt_name\": \"query\"", "default_prompt_name", "query", Sentence)]
    public void Prompts_that_make_no_sense_are_named(string old, string replacement, params string[] parts)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Sentence, old, replacement);

        files.Refused(parts);
    }

    [Test]
    public void A_prompt_of_null_is_none()
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Replace(Sentence, "\"prompts\": {}", "\"prompts\": {\"query\": \"\", \"document\": null}");

        Assert.That(ModelFolder.Load(files.Folder).Prompts.Texts, Is.EqualTo(new[] { new KeyValuePair<string, string>("query", "") }));
    }

    [Test]
    public void An_unknown_name_is_refused_with_those_there_are()
    {
        Prompts prompts = new([new("query", "a"), new("passage", "b")]);

        ModelFiles.Refused(() => _ = prompts["document"], "\"query\", \"passage\"", "found \"document\"");
        ModelFiles.Refused(() => _ = Prompts.None["query"], "it has none");
        ModelFiles.Refused(() => _ = new Prompts([new("query", "a"), new("query", "b")]), "every prompt once", "\"query\" twice");
        ModelFiles.Refused(() => _ = new Prompts([new("query", "a")], "other"), "\"query\"", "found \"other\"");
    }

    private static double Pool(string mode, double[][] states, int column) => mode switch
    {
        "max" => states.Max(state => state[column]),
        "mean_sqrt_len_tokens" => states.Sum(state => state[column]) / Math.Sqrt(states.Length),
        _ => states.Sum(state => state[column]) / states.Length,
    };

    private static double[] Weights(EmbeddingModel<float> model, string name)
    {
        Assert.That(model.Parameters.TryGet(name, out Parameter<float>? parameter), name);
        return Array.ConvertAll(parameter!.Values.ToArray(), value => (double)value);
    }
}
