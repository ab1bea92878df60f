using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>train</c> with a model's prompts is <c>train</c> without on texts that begin with them.</summary>
public sealed class PromptTrainingTests : CommandFixture
{
    private const string Query = "fast ", Passage = "old tree ";

    private static readonly (string Query, string Positive, string Negative)[] Rows =
    [
        ("red car", "cars red", "green trees"), ("blue sky", "skys blue", "car red red"), ("green tree", "trees old green", "blue blue sky"),
        ("old car", "car car old", "sky green"), ("red sky", "sky red blue", "tree"), ("blue car", "cars blue sky", "old old"),
    ];

    [TestCase("--in-batch")]
    [TestCase("--freeze-encoder", "--head", "linear", "--dim", "4")]
    [TestCase("--dev-share", "0.3", "--checkpoint-activations")]
    public void Prompts_are_put_before_queries_and_passages(params string[] options)
    {
        string written = Triples("written.tsv", Query, Passage), rows = Triples("rows.tsv", "", "");

        JsonElement expected = Train(Model("none", Prompts.None), written, "expected", options);
        JsonElement found = Train(Model("prompted", new Prompts([new("query", Query), new("document", Passage)])), rows, "found", options);
        Train(Model("none", Prompts.None), rows, "without", options);

        Assert.That(Weights("found"), Is.EqualTo(Weights("expected")));
        Assert.That(Weights("without"), Is.Not.EqualTo(Weights("expected")));
        Assert.That(Epochs(found), Is.EqualTo(Epochs(expected)));
        Assert.That(ModelFolder.Load(In("found")).Prompts.Query, Is.EqualTo(Query));
    }

    [Test]
    public void Scored_pairs_have_the_default_prompt()
    {
        string[] pairs = [.. Rows.Select((row, i) => $"{{0}}{row.Query}\t{{0}}{row.Positive}\t{i}\n")];
        string written = Write("written.tsv", string.Concat(pairs.Select(pair => string.Format(null, pair, "blue ")))), rows = Write("rows.tsv", string.Concat(pairs.Select(pair => string.Format(null, pair, ""))));
        Prompts prompts = new([new("query", Query), new("document", Passage), new("likeness", "blue ")], "likeness");

        Scored(Model("none", Prompts.None), written, "expected");
        Scored(Model("prompted", prompts), rows, "found");

        Assert.That(Weights("found"), Is.EqualTo(Weights("expected")));

        void Scored(string model, string file, string name) => CommandLine.Run(
            "train", "--pairs", file, "--loss", "cosent", "--encoder", model, "--head", "none", "--epochs", "2", "--batch", "3", "--lr", "1e-3", "--out", In(name)).Succeeded();
    }

    [TestCase("--freeze-encoder", "--head", "linear", "--dim", "4")]
    [TestCase("--in-batch")]
    public void A_pooling_that_leaves_prompts_out_is_kept_to(params string[] options)
    {
        string rows = Triples("rows.tsv", "", "");
        KeyValuePair<string, string>[] texts = [new("query", Query), new("document", Passage)];

        Train(Model("left", new Prompts(texts, pooled: false)), rows, "without", options);
        Train(Model("all", new Prompts(texts)), rows, "with", options);

        Assert.That(Weights("with"), Is.Not.EqualTo(Weights("without")));
        Assert.That(ModelFolder.Load(In("without")).Prompts.Pooled, Is.False);
    }

    private string Triples(string name, string query, string passage) =>
        Write(name, string.Concat(Rows.Select(row => $"{query}{row.Query}\t{passage}{row.Positive}\t{passage}{row.Negative}\n")));

    private string Model(string name, Prompts prompts)
    {
        SentenceEmbedder plain = ModelFolder.Load(Plain);
        ModelFolder.Save(new SentenceEmbedder(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = prompts }, In(name));
        return In(name);
    }

    private JsonElement Train(string model, string rows, string name, string[] options)
    {
        string[] head = options.Contains("--head") ? [] : ["--head", "none"], rate = options.Contains("--lr") ? [] : ["--lr", "1e-3"];
        return CommandLine.Run(["train", "--triples", rows, "--encoder", model, "--epochs", "3", "--batch", "3", "--negatives", "1", "--out", In(name), "--json", .. head, .. rate, .. options]).Json();
    }

    private static double[] Epochs(JsonElement json) => [.. json.GetProperty("epoch_losses").EnumerateArray().Select(loss => loss.GetDouble())];

    private float[] Weights(string name)
    {
        EmbeddingModel<float> model = ModelFolder.Load(In(name)).Model;
        return model.Parameters.Values[..model.Parameters.Count];
    }
}
