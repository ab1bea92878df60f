using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

public class ScoreCommandTests : CommandFixture
{
    // RR: a 1, b 1/2, c 1/3; old has no c and an unjudged z.
    private const string New = "a Q0 right 1 3 t\nb Q0 wrong 1 3 t\nb Q0 right 2 2 t\nc Q0 x 1 3 t\nc Q0 y 2 2 t\nc Q0 right 3 1 t\n";
    private const string Old = "a Q0 wrong 1 3 t\na Q0 right 2 2 t\nb Q0 wrong 1 3 t\nb Q0 right 2 2 t\nz Q0 right 1 1 t\n";
    private const string Judgements = "a 0 right 2\na 0 wrong 0\nb 0 right 1\nb 0 wrong 0\nc 0 right 1\nd 0 wrong 0\n";

    [Test]
    public void Runs_are_rows_and_measures_columns()
    {
        CommandLine run = Score("--run", File("new"), "--run", File("old"), "--measures", "RR NumRelRet", "P@1").Succeeded();

        Assert.That(run.Output, Is.EqualTo("run\tqueries\tRR\tNumRelRet\tP@1\nnew.trec\t3\t0.6111\t3\t0.3333\nold.trec\t2\t0.5000\t2\t0.0000\n"));
        Assert.That(run.Error, Does.Contain("4 judged queries; equal scores by document id"));
        Assert.That(run.Error, Does.Contain("new.trec: 1 judged query not in the run, left out (--complete counts 0)"));
        Assert.That(run.Error, Does.Contain("old.trec: 2 judged queries not in the run").And.Contain("old.trec: 1 query of the run without judgements, ignored"));
    }

    [Test]
    public void Json_holds_everything()
    {
        JsonElement json = Score("--run", File("new"), File("old"), "--measures", "RR", "NumQ", "--complete", "--per-query", "--json").Json();

        Assert.That(json.GetProperty("judged_queries").GetInt32(), Is.EqualTo(4));
        Assert.That((json.GetProperty("ties").GetString(), json.GetProperty("complete").GetBoolean(), json.GetProperty("judged_only").GetBoolean()), Is.EqualTo(("trec_eval", true, false)));
        JsonElement[] runs = [.. json.GetProperty("runs").EnumerateArray()];
        Assert.That(runs.Select(run => run.GetProperty("run").GetString()), Is.EqualTo(new[] { In("new.trec"), In("old.trec") }));
        Assert.That(runs.Select(run => run.GetProperty("queries").GetInt32()), Is.EqualTo(new[] { 4, 4 }));
        Assert.That(runs.Select(run => run.GetProperty("missing_queries").GetInt32()), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(runs.Select(run => run.GetProperty("unjudged_queries").GetInt32()), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(runs[0].GetProperty("measures").GetProperty("RR").GetDouble(), Is.EqualTo((1 + (1 / 2.0) + (1 / 3.0)) / 4));
        Assert.That(runs[0].GetProperty("measures").GetProperty("NumQ").GetDouble(), Is.EqualTo(4));
        JsonProperty[] queries = [.. runs[0].GetProperty("per_query").EnumerateObject()];
        Assert.That(queries.Select(query => query.Name), Is.EqualTo(new[] { "a", "b", "c", "d" }));
        Assert.That(queries.Select(query => query.Value.GetProperty("RR").GetDouble()), Is.EqualTo(new[] { 1, 0.5, 1 / 3.0, 0 }));
        Assert.That(json.TryGetProperty("comparisons", out _), Is.False);
    }

    [Test]
    public void Each_query_is_a_line_with_tabs()
    {
        CommandLine result = Score("--run", File("new"), "--measures", "RR NumRet", "--per-query").Succeeded();

        Assert.That(result.Output, Is.EqualTo(
            "run\tquery\tRR\tNumRet\nnew.trec\ta\t1.0000\t1\nnew.trec\tb\t0.5000\t2\nnew.trec\tc\t0.3333\t3\nnew.trec\tall\t0.6111\t6\n"));
        Assert.That(result.Error, Does.Contain("4 judged queries"));
    }

    // 1/32 and 3/32 lie between two decimals: trec_eval prints 0.0312 and 0.0938.
    [Test]
    public void Decimals_are_rounded_as_in_C()
    {
        string judgements = Write("q.txt", string.Concat(Enumerable.Range(0, 3).Select(d => $"q 0 d{d} 1\n")));
        string run = Write("r.trec", string.Concat(Enumerable.Range(0, 3).Select(d => $"q Q0 d{d} 1 {9 - d} t\n")) + "q Q0 x 1 10 t\n");

        string output = CommandLine.Run("score", "--run", run, "--qrels", judgements, "--measures", "P(rel=1)@32", "Success@1", "P@96", "--per-query").Succeeded().Output;

        Assert.That(output, Does.Contain("\tq\t0.0938\t0.0000\t0.0312\n"));
    }

    [Test]
    public void A_comparison_says_whether_chance_explains_it()
    {
        CommandLine text = Score("--run", File("new"), "--compare", File("old"), "--measures", "RR", "NumRet").Succeeded();
        JsonElement json = Score("--run", File("new"), "--compare", File("old"), "--measures", "RR", "NumRet", "--json").Json();

        Assert.That(text.Error, Does.Contain("new.trec against old.trec on 2 queries that both have (1 others left out)"));
        Assert.That(text.Output, Does.Contain("\nrun\tmeasure\tbaseline\trun\tdifference\t").And.Contain("\nnew.trec\tRR\t").And.Contain("\tnot significant\n"));
        JsonElement comparison = json.GetProperty("comparisons")[0], rr = comparison.GetProperty("measures").GetProperty("RR");
        Assert.That(comparison.GetProperty("measures").EnumerateObject().Select(measure => measure.Name), Is.EqualTo(new[] { "RR" }), "counts are not compared");
        Assert.That((comparison.GetProperty("run").GetString(), comparison.GetProperty("baseline").GetString()), Is.EqualTo((In("new.trec"), In("old.trec"))));
        Assert.That((comparison.GetProperty("queries").GetInt32(), comparison.GetProperty("unpaired_queries").GetInt32()), Is.EqualTo((2, 1)));
        // Differences 1/2 and 0: t = 1 on one degree of freedom, p = 1/2; both signs of one difference are as far out.
        Assert.That(rr.GetProperty("difference").GetDouble(), Is.EqualTo(0.25));
        Assert.That(rr.GetProperty("relative_percent").GetDouble(), Is.EqualTo(50));
        Assert.That(rr.GetProperty("t").GetDouble(), Is.EqualTo(1).Within(1e-12));
        Assert.That(rr.GetProperty("p_t_test").GetDouble(), Is.EqualTo(0.5).Within(1e-12));
        Assert.That((rr.GetProperty("p_randomization").GetDouble(), rr.GetProperty("randomization_exact").GetBoolean()), Is.EqualTo((1, true)));
        Assert.That((rr.GetProperty("wins").GetInt32(), rr.GetProperty("losses").GetInt32(), rr.GetProperty("ties").GetInt32()), Is.EqualTo((1, 0, 1)));
        Assert.That(rr.GetProperty("interval_95").EnumerateArray().Select(end => end.GetDouble()), Is.EqualTo(new[] { 0, 0.5 }));
        Assert.That(rr.GetProperty("significant").GetBoolean(), Is.False);
        Assert.That(json.GetProperty("tests").GetProperty("corrected_over").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public void A_clear_difference_is_called_one_after_correction_over_runs_and_measures()
    {
        (string judgements, string good, string bad) = Clear(40);

        JsonElement json = CommandLine.Run("score", "--run", good, bad, "--compare", bad, "--qrels", judgements, "--measures", "RR", "P@1", "--json").Json();
        string text = CommandLine.Run("score", "--run", bad, "--compare", good, "--qrels", judgements, "--measures", "RR").Succeeded().Output;

        JsonElement[] comparisons = [.. json.GetProperty("comparisons").EnumerateArray()];
        JsonElement clear = comparisons[0].GetProperty("measures").GetProperty("RR"), same = comparisons[1].GetProperty("measures").GetProperty("RR");
        Assert.That(json.GetProperty("tests").GetProperty("corrected_over").GetInt32(), Is.EqualTo(4));
        Assert.That(clear.GetProperty("p_randomization").GetDouble(), Is.EqualTo(1 / 100_001.0));
        Assert.That(clear.GetProperty("p_randomization_holm").GetDouble(), Is.EqualTo(4 / 100_001.0).Within(1e-15));
        Assert.That(clear.GetProperty("significant").GetBoolean(), Is.True);
        // The same difference on every query has no deviation: no t-test.
        Assert.That((clear.GetProperty("t").ValueKind, clear.GetProperty("effect_size").ValueKind, clear.GetProperty("p_t_test_holm").ValueKind), Is.EqualTo((JsonValueKind.Null, JsonValueKind.Null, JsonValueKind.Null)));
        Assert.That((same.GetProperty("p_t_test").GetDouble(), same.GetProperty("p_t_test_holm").GetDouble(), same.GetProperty("significant").GetBoolean()), Is.EqualTo((1, 1, false)));
        Assert.That(text, Does.Contain("significantly lower").And.Contain("0/40/0").And.Contain("-0.5000").And.Contain("-50.0 %"));
    }

    [Test]
    public void The_seed_decides_what_is_random()
    {
        string folder = Shared.Path("data/trecdl-2019"), judgements = Path.Combine(folder, "qrels.txt");
        foreach ((string name, string k1) in new[] { ("one", "0.9"), ("two", "1.2") })
            CommandLine.Run("evaluate", "--model", "bm25", "--k1", k1, "--queries", Path.Combine(folder, "queries.tsv"), "--passages", Path.Combine(folder, "passages.tsv"), "--qrels", judgements, "--run", In(name)).Succeeded();

        string first = Compare("42"), again = Compare("42"), other = Compare("43");

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));

        string Compare(string seed) => CommandLine.Run("score", "--run", In("two"), "--compare", In("one"), "--qrels", judgements, "--seed", seed, "--json").Succeeded().Output;
    }

    [Test]
    public void Ties_and_judged_only_are_as_said()
    {
        string judgements = Write("q.txt", "q 0 b 1\nq 0 c 0\n"), run = Write("r.trec", "q Q0 a 1 1 t\nq Q0 b 1 1 t\nq Q0 c 1 1 t\n");

        Assert.That(Rr(), Is.EqualTo(1 / 2.0));
        Assert.That(Rr("--ties", "trec"), Is.EqualTo(1 / 2.0));
        Assert.That(Rr("--ties", "average"), Is.EqualTo((1 + (1 / 2.0) + (1 / 3.0)) / 3).Within(1e-15));
        Assert.That(Rr("--judged-only"), Is.EqualTo(1 / 2.0));
        Assert.That(Rr("--judged-only", "--ties", "average"), Is.EqualTo(3 / 4.0).Within(1e-15));

        double Rr(params string[] options) =>
            CommandLine.Run(["score", "--run", run, "--qrels", judgements, "--measures", "RR", "--json", .. options]).Json().GetProperty("runs")[0].GetProperty("measures").GetProperty("RR").GetDouble();
    }

    [Test]
    public void Compressed_files_are_read()
    {
        string run = Compress("new.trec.gz", New), judgements = Compress("q.txt.gz", Judgements);

        JsonElement json = CommandLine.Run("score", "--run", run, "--qrels", judgements, "--measures", "RR", "--json").Json();

        Assert.That(json.GetProperty("runs")[0].GetProperty("measures").GetProperty("RR").GetDouble(), Is.EqualTo((1 + (1 / 2.0) + (1 / 3.0)) / 3).Within(1e-15));
    }

    [Test]
    public void Bad_files_fail_in_one_line()
    {
        Score("--run", In("none.trec")).Failed(1, "none.trec");
        Score("--run", Write("empty.trec", "")).Failed(1, "empty file", "empty.trec");
        Score("--run", Write("columns.trec", "a Q0 right 1 3\n")).Failed(1, "6 columns", "line 1 of", "columns.trec");
        Score("--run", Write("nan.trec", "a Q0 right 1 nan t\n")).Failed(1, "finite", "nan.trec");
        Score("--run", Write("twice.trec", "a Q0 right 1 3 t\na Q0 right 2 2 t\n")).Failed(1, "\"right\"", "\"a\"", "line 2 of", "twice.trec");
        Score("--run", Write("others.trec", "z Q0 right 1 3 t\n")).Failed(1, "queries of the judgements", "others.trec");
        Score("--run", File("new"), "--compare", Write("one.trec", "a Q0 right 1 3 t\n")).Failed(1, "at least 2", "new.trec", "one.trec");
        Score("--run", Half("run.gz", New)).Failed(1, "gzip", "run.gz");
        CommandLine.Run("score", "--run", File("new"), "--qrels", Write("bad.txt", "a 0 right\n")).Failed(1, "4 columns", "bad.txt");
        CommandLine.Run("score", "--run", File("new"), "--qrels", Half("qrels.gz", Judgements)).Failed(1, "gzip", "qrels.gz");
    }

    [TestCase("--measures", "luck")]
    [TestCase("--measures", "RBP(p=2)")]
    [TestCase("--measures", " ")]
    [TestCase("--ties", "coin")]
    public void Wrong_usage_is_exit_code_2(string option, string value) => Score("--run", File("new"), option, value).Failed(2, value.Trim());

    [Test]
    public void A_plot_has_a_panel_for_each_run_and_measure()
    {
        string[] compare = ["--run", File("new"), "--compare", File("old"), "--measures", "RR", "NumRet", "P@1"];

        Score([.. compare, "--plot", In("plot.svg")]).Succeeded();

        System.Xml.Linq.XElement plot = System.Xml.Linq.XElement.Load(In("plot.svg"));
        string[] texts = [.. plot.Elements().Select(element => element.Value)];
        Assert.That(texts, Has.Exactly(1).EqualTo("new.trec, RR").And.Exactly(1).EqualTo("new.trec, P@1"));
        // RR of a is 1 against 1/2, that of b the same; P@1 of a 1 against 0.
        Assert.That(texts, Has.Exactly(2).EqualTo("new.trec higher: 1").And.Exactly(1).EqualTo("mean +0.2500").And.Exactly(1).EqualTo("mean +0.5000"));
        Score("--run", File("new"), "--plot", In("other.svg")).Failed(2, "expected --compare with --plot");
        Score([.. compare, "--plot", In("other.png")]).Failed(2, "--plot", ".svg");
        Assert.That(System.IO.File.Exists(In("other.svg")), Is.False);
    }

    [Test]
    public void Counts_alone_cannot_be_compared() =>
        Score("--run", File("new"), "--compare", File("old"), "--measures", "NumQ NumRet").Failed(2, "--compare");

    private string File(string name) => Write(name + ".trec", name == "new" ? New : Old);

    private CommandLine Score(params string[] options) => CommandLine.Run(["score", "--qrels", Write("qrels.txt", Judgements), .. options]);

    // The good run finds the relevant document first, the bad one second.
    private (string Judgements, string Good, string Bad) Clear(int queries)
    {
        IEnumerable<int> all = Enumerable.Range(0, queries);
        return (
            Write("clear.txt", string.Concat(all.Select(q => $"q{q} 0 right 1\n"))),
            Write("good.trec", string.Concat(all.Select(q => $"q{q} Q0 right 1 2 t\nq{q} Q0 wrong 2 1 t\n"))),
            Write("bad.trec", string.Concat(all.Select(q => $"q{q} Q0 wrong 1 2 t\nq{q} Q0 right 2 1 t\n"))));
    }

    private string Half(string name, string text)
    {
        byte[] whole = System.IO.File.ReadAllBytes(Compress(name, text));
        System.IO.File.WriteAllBytes(In(name), whole[..(whole.Length / 2)]);
        return In(name);
    }

    private string Compress(string name, string text)
    {
        using GZipStream stream = new(System.IO.File.Create(In(name)), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return In(name);
    }
}
