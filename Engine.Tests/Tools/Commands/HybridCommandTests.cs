using System.Text.Json;
using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Retrieval;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

/// <summary>A model and BM25 together, in evaluation and search; BM25 on stems.</summary>
public sealed class HybridCommandTests : CommandFixture
{
    private const string Passages = "p1\tred cars\np2\told green tree\np3\tfast blue sky\np4\tred sky\np5\tblue tree cars\n";
    private const string Queries = "q1\tred cars\nq2\tblue sky\n", Judgements = "q1 0 p1 2\nq1 0 p4 0\nq1 0 p2 0\nq2 0 p3 1\nq2 0 p4 1\nq2 0 p5 0\n";

    [SetUp]
    public void WriteCollection()
    {
        Write("queries.tsv", Queries);
        Write("passages.tsv", Passages);
        Write("qrels.txt", Judgements);
    }

    [TestCase("rrf", 0.5)]
    [TestCase("weighted", 0.5)]
    [TestCase("weighted", 0.8)]
    public void A_whole_collection_is_ranked_by_the_fusion_of_both_runs(string hybrid, double weight)
    {
        Run model = Run("--model", Quantum), words = Run("--model", "bm25");
        string[] options = hybrid == "rrf" ? [] : ["--weight", weight.ToString(System.Globalization.CultureInfo.InvariantCulture)];

        Run both = Run(["--model", Quantum, "--hybrid", hybrid, .. options]);

        Assert.That(both.QueryIds, Is.EqualTo(model.QueryIds));
        foreach (string query in both.QueryIds) Check(both, model, words, query, hybrid, weight);
    }

    [Test]
    public void Judged_passages_are_ranked_by_the_fusion_too()
    {
        Run model = Run("--model", Linear, "--judged-only"), words = Run("--model", "bm25", "--judged-only"), both = Run("--model", Linear, "--judged-only", "--hybrid", "rrf");

        foreach (string query in both.QueryIds) Check(both, model, words, query, "rrf", 0);
    }

    [Test]
    public void All_weight_on_one_is_that_ones_order()
    {
        Run model = Run("--model", Linear), words = Run("--model", "bm25");

        Run likeModel = Run("--model", Linear, "--hybrid", "weighted", "--weight", "1"), likeWords = Run("--model", Linear, "--hybrid", "weighted", "--weight", "0");

        foreach (string query in model.QueryIds)
        {
            Assert.That(Ids(likeModel, query), Is.EqualTo(Ids(model, query)));
            Assert.That(Ids(likeWords, query).Take(Ids(words, query).Length - 1), Is.EqualTo(Ids(words, query).SkipLast(1)), "the last one's share is 0, as those of the others");
        }
    }

    [Test]
    public void The_report_names_both()
    {
        JsonElement json = Evaluate("--model", Quantum, "--hybrid", "rrf", "--json").Json();

        Assert.That((json.GetProperty("model").GetString(), json.GetProperty("name").GetString()), Is.EqualTo(("QBEC+bm25", "quantum+bm25")));
        Assert.That(json.TryGetProperty("embedding_seconds", out _), Is.True, "the model's part");
        Assert.That(Evaluate("--model", Quantum, "--hybrid", "rrf").Succeeded().Output, Does.StartWith("measure\tquantum+bm25\n"));
    }

    [Test]
    public void Search_fuses_too()
    {
        CommandLine.Run("index", "--model", Quantum, "--input", In("passages.tsv"), "--output", In("index")).Succeeded();
        Run both = Run("--model", Quantum, "--hybrid", "rrf");

        JsonElement json = CommandLine.Run("search", "--index", In("index"), "--hybrid", "rrf", "--top", "3", "red cars", "--json").Json();

        JsonElement[] results = [.. json.GetProperty("results").EnumerateArray()];
        Assert.That(json.GetProperty("hybrid").GetString(), Is.EqualTo("rrf"));
        Assert.That(results, Has.Length.EqualTo(3));
        Assert.That(both.TryGet("q1", out RankedList? list), Is.True);
        Assert.That(results.Select(result => result.GetProperty("score").GetSingle()), Is.EqualTo(list!.AsSpan()[..3].ToArray().Select(document => document.Score)));
        Assert.That(results[0].TryGetProperty("log_fidelity", out _), Is.False);
        Assert.That(CommandLine.Run("search", "--index", In("index"), "--hybrid", "weighted", "red cars").Succeeded().Output, Does.Contain("weighted").And.Not.Contain("fidelity"));
        string[] lines = CommandLine.RunOn("red cars\nblue sky\n", "search", "--index", In("index"), "--hybrid", "rrf", "--top", "1", "--json").Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(2));
    }

    [Test]
    public void Stems_find_other_forms_of_a_word()
    {
        Write("passages.tsv", "p1\ta tree\np2\tgreen cars\n");
        Write("queries.tsv", "q1\ttrees\n");
        Write("qrels.txt", "q1 0 p1 1\n");

        Assert.That(Evaluate("--model", "bm25", "--json").Json().GetProperty("measures").GetProperty("RR@10").GetDouble(), Is.Zero);
        Assert.That(Evaluate("--model", "bm25", "--stem", "--json").Json().GetProperty("measures").GetProperty("RR@10").GetDouble(), Is.EqualTo(1));
    }

    [Test]
    public void BM25_on_stems_of_TREC_DL_2019()
    {
        string folder = Shared.Path("data/trecdl-2019");

        JsonElement json = CommandLine.Run("evaluate", "--model", "bm25", "--data", folder, "--judged-only", "--stem", "--json").Json();

        Assert.That(json.GetProperty("measures").GetProperty("nDCG@10").GetDouble(),
            Is.EqualTo(TrecDlFigures.Stems).Within(TrecDlFigures.Tolerance));
    }

    [TestCase("expected --hybrid with the folder of a model, found bm25", "--model", "bm25", "--hybrid", "rrf")]
    [TestCase("expected --hybrid rrf or weighted, found 'sum'", "--model", "x", "--hybrid", "sum")]
    [TestCase("expected --hybrid weighted with --weight, found none", "--model", "x", "--weight", "0.3")]
    [TestCase("expected --hybrid weighted with --weight, found 'rrf'", "--model", "x", "--weight", "0.3", "--hybrid", "rrf")]
    [TestCase("expected --weight from 0 to 1, found 1.2", "--model", "x", "--weight", "1.2", "--hybrid", "weighted")]
    [TestCase("expected --k1 of at least 0, found -1", "--model", "x", "--hybrid", "rrf", "--k1", "-1")]
    public void Wrong_usage_is_exit_code_2(string message, params string[] options) => Evaluate(options).Failed(2, message);

    [TestCase("--hybrid", "sum")]
    [TestCase("--b", "2")]
    public void Search_says_so_before_it_reads_an_index(string option, string value) => CommandLine.Run("search", "--index", In("none"), option, value, "red").Failed(2, option, value);

    private static void Check(Run both, Run model, Run words, string query, string hybrid, double weight)
    {
        Assert.That(both.TryGet(query, out RankedList? fused) && model.TryGet(query, out _), Is.True);
        Dictionary<string, double> expected = Ids(model, query).ToDictionary(id => id, _ => 0.0);
        Add(model, weight);
        Add(words, 1 - weight);
        foreach (ScoredDocument document in fused!.AsSpan()) Assert.That(document.Score, Is.EqualTo(expected[document.Id]).Within(1e-6), document.Id);
        Assert.That(fused.Count, Is.EqualTo(expected.Count));

        void Add(Run run, double share)
        {
            Assert.That(run.TryGet(query, out RankedList? list), Is.True);
            // A run that re-ranks lists what BM25 did not find, with a score of 0.
            ScoredDocument[] documents = [.. list!.AsSpan().ToArray().Where(document => run == model || document.Score > 0)];
            for (int i = 0; i < documents.Length; i++)
                expected[documents[i].Id] += hybrid == "rrf" ? 1.0 / (61 + i) : share * (documents[i].Score - documents[^1].Score) / (documents[0].Score - documents[^1].Score);
        }
    }

    private static string[] Ids(Run run, string query) => run.TryGet(query, out RankedList? list) ? [.. list.AsSpan().ToArray().Select(document => document.Id)] : [];

    private Run Run(params string[] options)
    {
        Evaluate([.. options, "--run", In("out.trec")]).Succeeded();
        return RunFile.Read(In("out.trec"));
    }

    private CommandLine Evaluate(params string[] options) =>
        CommandLine.Run(["evaluate", .. options, "--queries", In("queries.tsv"), "--passages", In("passages.tsv"), "--qrels", In("qrels.txt")]);
}
