using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Tools.Demo;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tests.Tools.Commands;

public sealed class DemoCommandTests : CommandFixture
{
    [Test]
    public void Missing_documentation_is_said_with_the_path_and_the_option()
    {
        CommandLine.Run("demo", "--docs", In("nowhere"), "--out", In("demo")).Failed(1, In("nowhere"));
    }

    [Test]
    public void Help_shows_where_results_go_by_default() =>
        Assert.That(CommandLine.Run("demo", "--help").Succeeded().Output, Does.Contain("[default: qengine-demo]"));

    [Test]
    public void A_file_in_the_place_of_a_folder_is_said_in_one_line()
    {
        string file = Write("taken", "mine"), expected = $"expected to write a folder, found a file of that name: {In("taken")}";
        SampleDocumentation.Write(In("docs"));

        CommandLine.Run("demo", "--from-scratch", "--docs", In("docs"), "--out", file).Failed(1, expected);
        CommandLine.Run("lab", "run", "qkan", "--quick", "--out", file).Failed(1, expected);
        Assert.That(File.ReadAllText(file), Is.EqualTo("mine"));
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("NaN")]
    public void Minutes_must_be_positive(string minutes)
    {
        CommandLine.Run("demo", "--minutes", minutes, "--out", In("demo")).Failed(2, "expected --minutes above 0");
    }

    [Test]
    [Category("Slow")]
    public void A_small_documentation_goes_all_the_way_to_search()
    {
        SampleDocumentation.Write(In("docs"));

        JsonElement json = CommandLine.Run("demo", "--from-scratch", "--docs", In("docs"), "--minutes", "0.01", "--out", In("demo"), "--json").Json();

        Assert.That(json.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()), Is.EqualTo(new[] { "BM25", "BT-128", "BEC-64", "QBT-128", "QBEC-64" }));
        RetrievalSet set = RetrievalSetBuilder.Build(ApiCorpus.Load(ReferencePacks.In(In("docs"))), new RetrievalOptions(Seed: 42));
        DemoEvaluation evaluation = new(set);
        SentenceEmbedder embedder = ModelFolder.Load(Path.Combine(In("demo"), "model"));
        DemoRow words = evaluation.Bm25();
        DemoRow kept = evaluation.Model(embedder, TimeSpan.Zero, new DemoProgress(new ProgressReporter(plain: true), 1));
        double[] found = [.. json.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("nDCG@10").GetDouble())];
        Assert.That(found[0], Is.EqualTo(words.Ndcg).Within(1e-9));
        Assert.That(found[^1], Is.EqualTo(kept.Ndcg).Within(1e-6), "the last model is the one that is kept");
        // In a random order the first ten of so many documents gain about a hundredth; models after little training more than half.
        double random = set.Test.Average(query => Random(query.Relevant.Count, set.EvaluationDocuments.Count));
        Assert.That(found[0], Is.GreaterThan(5 * random));
        Assert.That(found[1..], Is.All.GreaterThan(20 * random));
        Assert.That(json.TryGetProperty("encoder", out _), Is.False);
        Assert.That(json.GetProperty("searches")[0].GetProperty("found").GetArrayLength(), Is.EqualTo(3));
        Assert.That(ModelFolder.Load(Path.Combine(In("demo"), "model")).Dimension, Is.EqualTo(64));
        JsonElement search = CommandLine.Run("search", "--index", Path.Combine(In("demo"), "index"), "opens the green widget", "--json").Json();
        Assert.That(search.GetProperty("results").GetArrayLength(), Is.EqualTo(10));
    }

    /// <summary>What is to be expected of ten documents in a random order.</summary>
    private static double Random(int relevant, int documents) => relevant * Gain(10) / documents / Gain(Math.Min(10, relevant));

    private static double Gain(int ranks) => Enumerable.Range(0, ranks).Sum(rank => 1 / Math.Log2(rank + 2));
}
