using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Retrieval;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

public class EvaluateCommandTests : CommandFixture
{
    private const string Passages = "p1\tred cars\np2\told green tree\np3\tthe fast blue sky\np4\tred sky\n";
    private const string Queries = "q1\tred cars\nq2\tblue sky\nq3\tgreen\n";
    private const string Judgements = "q1 0 p1 2\nq1 0 p4 0\nq2 0 p3 1\nq2 0 p4 1\nq2 0 elsewhere 1\n";

    [Test]
    public void BM25_on_TREC_DL_2019_gives_the_known_figure()
    {
        string folder = Shared.Path("data/trecdl-2019");

        JsonElement json = CommandLine.Run(
            "evaluate", "--model", "bm25", "--queries", Path.Combine(folder, "queries.tsv"), "--passages", Path.Combine(folder, "passages.tsv"),
            "--qrels", Path.Combine(folder, "qrels.txt"), "--judged-only", "--json").Json();

        Assert.That(json.GetProperty("measures").GetProperty("nDCG@10").GetDouble(),
            Is.EqualTo(TrecDlFigures.Words).Within(TrecDlFigures.Tolerance));
        Assert.That((json.GetProperty("queries").GetInt32(), json.GetProperty("passages").GetInt32()), Is.EqualTo((43, 9139)));
    }

    [Test]
    public void A_model_searches_the_whole_collection()
    {
        JsonElement json = Evaluate(Quantum, "--json", "--run", In("out.trec")).Json();

        // The first query is the text of its passage; both passages below, p3 and p4, answer the second one, of four.
        IEnumerable<string[]> passages = Passages.Split('\n')[..4].Select(line => line.Split('\t'));
        string[] ranked = [.. passages.OrderByDescending(passage => Fidelity("blue sky", passage[1])).Select(passage => passage[0])];
        int rank = 1 + Math.Min(Array.IndexOf(ranked, "p3"), Array.IndexOf(ranked, "p4"));
        Assert.That(json.GetProperty("measures").EnumerateObject().Select(measure => measure.Name), Is.EqualTo(new[] { "nDCG@10", "RR@10", "AP", "P@10", "R@100" }));
        Assert.That(json.GetProperty("measures").GetProperty("RR@10").GetDouble(), Is.EqualTo((1 + (1.0 / rank)) / 2).Within(1e-4));
        Assert.That((json.GetProperty("model").GetString(), json.GetProperty("queries").GetInt32(), json.GetProperty("passages").GetInt32()), Is.EqualTo(("QBEC", 2, 4)));
        Assert.That(json.GetProperty("name").GetString(), Is.EqualTo("quantum"));
        Assert.That((json.GetProperty("judged_only").GetBoolean(), json.GetProperty("ties").GetString(), json.GetProperty("missing_queries").GetInt32()), Is.EqualTo((false, "trec_eval", 0)));
        Run run = RunFile.Read(In("out.trec"));
        Assert.That(run.QueryIds, Is.EqualTo(new[] { "q1", "q2" }));
        Assert.That(run.TryGet("q1", out RankedList? first), Is.True);
        Assert.That(first!.AsSpan().ToArray().Select(document => document.Id), Is.EquivalentTo(new[] { "p1", "p2", "p3", "p4" }));
        Assert.That(first[0].Id, Is.EqualTo("p1"));
        Assert.That(first[0].Score, Is.EqualTo(0).Within(1e-5), "ln F of a text with itself");
    }

    [Test]
    public void Judged_only_ranks_the_judged_passages_that_are_there()
    {
        JsonElement json = Evaluate(Linear, "--judged-only", "--json", "--run", In("out.trec"), "--measures", "R@5", "AP").Json();

        Assert.That(json.GetProperty("passages").GetInt32(), Is.EqualTo(3));
        Assert.That(json.GetProperty("measures").EnumerateObject().Select(measure => measure.Name), Is.EqualTo(new[] { "R@5", "AP" }));
        Assert.That(json.GetProperty("measures").GetProperty("R@5").GetDouble(), Is.EqualTo((1 + (2.0 / 3)) / 2).Within(1e-12));
        Run run = RunFile.Read(In("out.trec"));
        Assert.That(run.TryGet("q2", out RankedList? documents), Is.True);
        Assert.That(documents!.AsSpan().ToArray().Select(document => document.Id), Is.EquivalentTo(new[] { "p3", "p4" }));
    }

    [Test]
    public void Whole_collection_and_judged_only_give_a_pair_the_same_score()
    {
        Evaluate(Quantum, "--run", In("all.trec")).Succeeded();
        Evaluate(Quantum, "--judged-only", "--run", In("judged.trec")).Succeeded();

        string[] all = [.. File.ReadAllLines(In("all.trec")).Select(Pair)];
        string[] judged = [.. File.ReadAllLines(In("judged.trec")).Select(Pair)];
        Assert.That(judged, Is.SubsetOf(all));

        static string Pair(string line)
        {
            string[] columns = line.Split(' ');
            return $"{columns[0]} {columns[2]} {columns[4]}";
        }
    }

    [Test]
    public void Times_are_those_of_the_work_in_seconds()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 3000).Select(i => $"p{i}\tred cars old green tree fast blue sky\n");
        string passages = Write("many.tsv", string.Concat(rows));
        Stopwatch watch = Stopwatch.StartNew();

        JsonElement json = Evaluate(Quantum, "--passages", passages, "--json").Json();

        double elapsed = watch.Elapsed.TotalSeconds;
        Assert.That(json.GetProperty("embedding_seconds").GetDouble(), Is.InRange(0.001, elapsed));
        Assert.That(2 / json.GetProperty("queries_per_second").GetDouble(), Is.InRange(0, elapsed).And.Not.Zero);
    }

    [Test]
    public void The_table_states_ties_and_missing_queries()
    {
        string judgements = Write("more.txt", Judgements + "q9 0 p1 1\n");

        CommandLine run = Evaluate("bm25", "--ties", "average", "--qrels", judgements).Succeeded();

        Assert.That(run.Output, Does.StartWith("measure\tbm25\nnDCG@10\t"));
        Assert.That(run.Error, Does.Contain("equal scores averaged").And.Contain("3 queries").And.Contain("1 of these queries"));
    }

    [Test]
    public void Bad_files_fail_in_one_line()
    {
        Evaluate(In("none")).Failed(1, "none");
        Evaluate("bm25", "--passages", Write("twice.tsv", "p1\tred\np1\tblue\n")).Failed(1, "twice.tsv", "'p1'");
        Evaluate(Quantum, "--passages", In("twice.tsv")).Failed(1, "twice.tsv", "'p1'");
        Evaluate("bm25", "--passages", Write("empty.tsv", "")).Failed(1, "empty.tsv");
        Evaluate("bm25", "--queries", Write("column.tsv", "q1\n")).Failed(1, "line 1 of", "column.tsv");
        Evaluate("bm25", "--queries", Write("others.tsv", "q7\tred\n")).Failed(1, "others.tsv", "judges");
        Evaluate("bm25", "--qrels", Write("grades.txt", "q1 0 p1 high\n")).Failed(1, "line 1 of", "grades.txt");
        Evaluate(Quantum, "--judged-only", "--passages", Write("unjudged.tsv", "p7\tred\n")).Failed(1, "unjudged.tsv");
        Evaluate("bm25", "--run", In("none/out.trec")).Failed(1, "none");
        Evaluate("bm25", "--run", Folder).Failed(1, "folder");
        Assert.That(Names().Where(name => name.EndsWith(".trec", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("--measures", "nDCG@ten")]
    [TestCase("--measures", "luck")]
    [TestCase("--ties", "coin")]
    [TestCase("--k1", "-1")]
    [TestCase("--b", "1.5")]
    [TestCase("--b", "half")]
    public void Wrong_usage_is_exit_code_2(string option, string value) => Evaluate("bm25", option, value).Failed(2, value);

    private double Fidelity(string query, string passage) =>
        SimilarityOracle.Fidelity(Embed(Quantum, EmbeddingFormat.Default, query), Embed(Quantum, EmbeddingFormat.Default, passage));

    private CommandLine Evaluate(string model, params string[] options)
    {
        Dictionary<string, string> files = new()
        {
            ["--queries"] = Write("queries.tsv", Queries),
            ["--passages"] = Write("passages.tsv", Passages),
            ["--qrels"] = Write("qrels.txt", Judgements),
        };
        IEnumerable<string> defaults = files.Where(file => !options.Contains(file.Key)).SelectMany(file => new[] { file.Key, file.Value });
        return CommandLine.Run(["evaluate", "--model", model, .. defaults, .. options]);
    }
}
