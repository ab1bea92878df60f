using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Prompts on the command line: named, given, the default, and those of queries and documents.</summary>
public class PromptCommandTests : CommandFixture
{
    private static readonly string[] Texts = ["red cars", "", "the fast blue sky", "tree"];

    [TestCase("old ")]
    [TestCase("fast ", "--prompt-name", "query")]
    [TestCase("blue", "--prompt", "blue")]
    [TestCase("", "--prompt", "")]
    public void Texts_are_embedded_with_a_prompt(string prompt, params string[] options)
    {
        string model = Prompted();

        JsonElement json = CommandLine.Run(["embed", "--model", model, "--input", Write("in.txt", string.Join('\n', Texts)), "--output", In("out.npy"), "--json", .. options]).Json();

        Assert.That(json.GetProperty("prompt").GetString(), Is.EqualTo(prompt));
        Assert.That(Read(In("out.npy"), Texts.Length, 6), Is.EqualTo(Embed(Quantum, EmbeddingFormat.Default, [.. Texts.Select(text => prompt + text)])));
    }

    [Test]
    public void Documents_and_queries_have_their_own()
    {
        string model = Prompted(), input = Write("in.tsv", "a\tcars\nb\tblue sky\nc\told green tree\n");
        CommandLine.Run("index", "--model", model, "--input", input, "--output", In("index")).Succeeded();

        Assert.That(Read(In("index/segment-000001/embeddings.npy"), 3, 6), Is.EqualTo(Embed(Quantum, EmbeddingFormat.Default, "red cars", "red blue sky", "red old green tree")));

        // "fast " before the query, "red " before the document: the query that makes them equal finds it.
        JsonElement best = CommandLine.Run("search", "--index", In("index"), "--json", "--top", "3", "car").Json().GetProperty("results");
        SentenceEmbedder plain = ModelFolder.Load(Quantum);
        float[] query = plain.Embed("fast car");
        double[] expected = [.. new[] { "red cars", "red blue sky", "red old green tree" }.Select(text => SimilarityOracle.LogFidelity<float>(query, plain.Embed(text))).OrderDescending()];
        Assert.That(best.EnumerateArray().Select(result => result.GetProperty("log_fidelity").GetDouble()), Is.EqualTo(expected).Within(1e-4));
    }

    [Test]
    public void Evaluation_uses_both()
    {
        string model = Prompted(), qrels = Write("qrels.txt", "q 0 a 1\nq 0 b 0\nq 0 c 0\n");
        string[] arguments = ["evaluate", "--qrels", qrels, "--run", In("run.trec")];

        CommandLine.Run([.. arguments, "--model", model, "--queries", Write("q.tsv", "q\tcar\n"), "--passages", Write("p.tsv", "a\tcars\nb\tblue sky\nc\told green tree\n")]).Succeeded();
        string prompted = File.ReadAllText(In("run.trec"));
        CommandLine.Run([.. arguments, "--model", Quantum, "--queries", Write("q.tsv", "q\tfast car\n"), "--passages", Write("p.tsv", "a\tred cars\nb\tred blue sky\nc\tred old green tree\n")]).Succeeded();

        Assert.That(prompted, Is.EqualTo(File.ReadAllText(In("run.trec"))).And.Not.Empty);
    }

    [Test]
    public void Prompts_that_there_are_not_and_two_at_a_time_are_usage_errors()
    {
        string input = Write("in.txt", "red\n");
        CommandLine.Run("embed", "--model", Prompted(), "--input", input, "--output", In("out.npy"), "--prompt-name", "passage").Failed(2, "\"query\", \"document\", \"other\"", "passage");
        CommandLine.Run("embed", "--model", Quantum, "--input", input, "--output", In("out.npy"), "--prompt-name", "query").Failed(2, "it has none", "query");
        CommandLine.Run("embed", "--model", Quantum, "--input", input, "--output", In("out.npy"), "--prompt-name", "query", "--prompt", "a").Failed(2, "found both");
        Assert.That(Names(), Does.Not.Contain("out.npy"));
    }

    [Test]
    public void Help_says_which_prompts_are_used()
    {
        Assert.That(CommandLine.Run("index", "--help").Succeeded().Output, Does.Contain("prompt for documents"));
        Assert.That(CommandLine.Run("search", "--help").Succeeded().Output, Does.Contain("prompt for queries"));
        Assert.That(CommandLine.Run("evaluate", "--help").Succeeded().Output, Does.Contain("prompts for queries and documents"));
    }

    private string Prompted()
    {
        SentenceEmbedder plain = ModelFolder.Load(Quantum);
        Prompts prompts = new([new("query", "fast "), new("document", "red "), new("other", "old ")], "other");
        ModelFolder.Save(new SentenceEmbedder(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = prompts }, In("model"));
        return In("model");
    }
}
