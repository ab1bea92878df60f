using System.Text.Json;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Collections whose queries are documents too, as BEIR's ArguAna and Quora: a hit of the query itself is not counted.</summary>
public sealed class IdenticalIdsTests : CommandFixture
{
    private static readonly string[] Asked = ["--measures", "nDCG@10 RR@10", "--json"];

    [Test]
    public void A_folder_of_BEIR_is_measured_as_BEIR_does()
    {
        string beir = Beir();

        JsonElement json = Evaluate("bm25", "--data", beir);
        JsonElement kept = Evaluate("bm25", "--data", beir, "--ignore-identical-ids", "false");
        JsonElement separate = Evaluate("bm25", "--queries", beir, "--passages", beir, "--qrels", beir);
        JsonElement files = Evaluate("bm25", "--queries", Path.Combine(beir, "queries.jsonl"), "--passages", Path.Combine(beir, "corpus.jsonl"), "--qrels", Path.Combine(beir, "qrels/test.tsv"));
        JsonElement asked = Evaluate("bm25", "--queries", Path.Combine(beir, "queries.jsonl"), "--passages", Path.Combine(beir, "corpus.jsonl"), "--qrels", Path.Combine(beir, "qrels/test.tsv"), "--ignore-identical-ids");

        Assert.That(Values(json), Is.EqualTo((1.0, 1.0, true)));
        Assert.That(Values(kept), Is.EqualTo((1 / Math.Log2(3), 0.5, false)));
        Assert.That(Values(separate), Is.EqualTo((1.0, 1.0, true)));
        Assert.That(Values(files), Is.EqualTo((1 / Math.Log2(3), 0.5, false)), "single files are no folder of BEIR's");
        Assert.That(Values(asked), Is.EqualTo((1.0, 1.0, true)));
        Assert.That(CommandLine.Run("evaluate", "--model", "bm25", "--data", beir).Succeeded().Error, Does.Contain("hits with the query's own id left out"));
        Assert.That(CommandLine.Run("evaluate", "--model", "bm25", "--data", beir, "--ignore-identical-ids=false").Succeeded().Error, Does.Not.Contain("own id"));
    }

    [Test]
    public void Every_way_to_rank_leaves_the_query_out([Values] bool compressed)
    {
        string beir = Beir(compressed);
        Write("candidates.trec", "a1 Q0 a1 1 3 x\na1 Q0 a3 2 2 x\na1 Q0 a2 3 1 x\n");
        Write("qrels.txt", "a1 0 a2 1\na1 0 a1 0\n");

        foreach (string[] options in (string[][])
        [
            [], ["--model", Quantum], ["--model", Linear, "--hybrid", "rrf"], ["--model", Linear, "--hybrid", "weighted"],
            ["--judged-only", "--qrels", In("qrels.txt")], ["--candidates", In("candidates.trec")], ["--model", Quantum, "--candidates", In("candidates.trec")],
        ])
        {
            string[] model = options.Contains("--model") ? [] : ["--model", "bm25"];
            CommandLine.Run(["evaluate", .. model, "--data", beir, "--run", In("out.trec"), .. options]).Succeeded();
            Assert.That(Found("out.trec"), Does.Contain("a2").And.Not.Contain("a1"), string.Join(' ', options));
        }
    }

    [Test]
    public void The_query_itself_has_no_part_in_a_fusion()
    {
        string beir = Beir(), corpus = Path.Combine(beir, "corpus.jsonl");
        CommandLine.Run("evaluate", "--model", Linear, "--hybrid", "rrf", "--data", beir, "--run", In("out.trec")).Succeeded();
        File.WriteAllLines(corpus, File.ReadAllLines(corpus)[1..]);
        CommandLine.Run("evaluate", "--model", Linear, "--hybrid", "rrf", "--data", beir, "--run", In("without.trec")).Succeeded();

        Assert.That(File.ReadAllText(In("out.trec")), Is.EqualTo(File.ReadAllText(In("without.trec"))), "ranks as in a collection without it");
    }

    [Test]
    public void As_many_others_are_found()
    {
        string beir = Beir();
        File.WriteAllLines(Path.Combine(beir, "corpus.jsonl"), Enumerable.Range(0, 1100).Select(i => $$"""{"_id":"d{{i}}","text":"speech"}"""));
        File.WriteAllText(Path.Combine(beir, "queries.jsonl"), """{"_id":"d7","text":"speech"}""" + "\n");
        File.WriteAllText(Path.Combine(beir, "qrels/test.tsv"), "query-id\tcorpus-id\tscore\nd7\td8\t1\n");

        CommandLine.Run("evaluate", "--model", "bm25", "--data", beir, "--run", In("out.trec")).Succeeded();

        Assert.That(Found("out.trec"), Has.Length.EqualTo(1000).And.Not.Contain("d7"));
    }

    [Test]
    public void Score_leaves_them_out_where_asked_for()
    {
        Write("run.trec", "a1 Q0 a1 1 3 x\na1 Q0 a2 2 2 x\na1 Q0 a3 3 1 x\nalone Q0 alone 1 1 x\n");
        Write("qrels.txt", "a1 0 a2 1\nalone 0 a2 1\n");

        Assert.That(Score(), Is.EqualTo(0.25));
        Assert.That(Score("--ignore-identical-ids"), Is.EqualTo(0.5), "a query without another hit is worth 0");
        Assert.That(CommandLine.Run("score", "--run", In("run.trec"), "--qrels", In("qrels.txt"), "--ignore-identical-ids").Succeeded().Error, Does.Contain("own id left out"));

        double Score(params string[] options) =>
            CommandLine.Run(["score", "--run", In("run.trec"), "--qrels", In("qrels.txt"), "--measures", "RR", "--json", .. options]).Json()
                .GetProperty("runs")[0].GetProperty("measures").GetProperty("RR").GetDouble();
    }

    [TestCase]
    [TestCase("--hybrid", "rrf")]
    [TestCase("--candidates", "candidates.trec")]
    public void Search_leaves_them_out_and_still_finds_as_many(params string[] options)
    {
        string beir = Beir();
        Write("candidates.trec", "a1 Q0 a1 1 3 x\na1 Q0 a3 2 2 x\na1 Q0 a2 3 1 x\n");
        options = Array.ConvertAll(options, option => option == "candidates.trec" ? In(option) : option);
        CommandLine.Run("index", "--model", Quantum, "--input", Path.Combine(beir, "corpus.jsonl"), "--output", In("index")).Succeeded();

        string[] kept = Search("--queries", Path.Combine(beir, "queries.jsonl")), asked = Search("--queries", Path.Combine(beir, "queries.jsonl"), "--ignore-identical-ids");

        Assert.That(kept, Has.Length.EqualTo(2).And.Contain("a1"));
        Assert.That(asked, Is.EquivalentTo(new[] { "a2", "a3" }));
        Assert.That(Search("--queries", beir), Is.EqualTo(asked), "a folder of BEIR's");
        Assert.That(Search("--queries", beir, "--ignore-identical-ids", "false"), Is.EqualTo(kept));

        string[] Search(params string[] queries)
        {
            CommandLine.Run(["search", "--index", In("index"), "--top", "2", "--run", In("out.trec"), .. queries, .. options]).Succeeded();
            return Found("out.trec");
        }
    }

    [Test]
    public void A_query_without_an_id_has_no_document_of_its_own()
    {
        CommandLine.Run("search", "--index", In("index"), "--ignore-identical-ids", "red").Failed(2, "expected --queries with --ignore-identical-ids");
    }

    [Test]
    public void A_test_during_training_is_measured_so_too()
    {
        string beir = Beir();
        File.WriteAllText(Path.Combine(beir, "queries.jsonl"), """{"_id":"a1","text":"red car"}""" + "\n");
        File.WriteAllText(Path.Combine(beir, "corpus.jsonl"), """{"_id":"a1","text":"red car"}""" + "\n" + """{"_id":"a2","text":"blue sky"}""" + "\n");
        Write("rows.tsv", "red car\tfast car\tgreen tree\nblue sky\tsky\told tree\n");

        double ignored = Train(out string remark), kept = Train(out string none, "--ignore-identical-ids", "false");

        Assert.That((ignored, kept), Is.EqualTo((1.0, 1 / Math.Log2(3))));
        Assert.That(remark, Does.Contain("t: hits with the query's own id left out"));
        Assert.That(none, Does.Not.Contain("own id"));

        double Train(out string error, params string[] options)
        {
            CommandLine run = CommandLine.Run(
                ["train", "--triples", In("rows.tsv"), "--encoder", Plain, "--dim", "4", "--max-length", "8", "--lr", "1e-9", "--judged-only", "--test", $"t={beir}", "--log", In("log.jsonl"), "--out", In($"model{options.Length}"), .. options]).Succeeded();
            error = run.Error;
            using JsonDocument log = JsonDocument.Parse(File.ReadLines(In("log.jsonl")).First());
            return log.RootElement.GetProperty("t_ndcg@10").GetDouble();
        }
    }

    private string Beir(bool compressed = false)
    {
        string folder = In("beir");
        Directory.CreateDirectory(Path.Combine(folder, "qrels"));
        Text("queries.jsonl", """{"_id":"a1","text":"free speech is a right in a democracy"}""" + "\n");
        Text("corpus.jsonl", """
            {"_id":"a1","text":"free speech is a right in a democracy"}
            {"_id":"a2","text":"limits on speech are needed in democracy to protect people"}
            {"_id":"a3","text":"cats purr on the sofa"}

            """);
        File.WriteAllText(Path.Combine(folder, "qrels/test.tsv"), "query-id\tcorpus-id\tscore\na1\ta2\t1\na1\ta1\t0\n");
        return folder;

        void Text(string name, string text)
        {
            string path = Path.Combine(folder, name);
            if (compressed) File.WriteAllBytes(path + ".gz", Support.Gzip.Compress(System.Text.Encoding.UTF8.GetBytes(text)));
            else File.WriteAllText(path, text);
        }
    }

    private string[] Found(string run) => [.. File.ReadLines(In(run)).Select(line => line.Split(' ')[2])];

    private static JsonElement Evaluate(string model, params string[] options) => CommandLine.Run(["evaluate", "--model", model, .. Asked, .. options]).Json();

    private static (double Ndcg, double Reciprocal, bool Ignored) Values(JsonElement json) =>
        (json.GetProperty("measures").GetProperty("nDCG@10").GetDouble(), json.GetProperty("measures").GetProperty("RR@10").GetDouble(), json.GetProperty("ignore_identical_ids").GetBoolean());
}
