using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

/// <summary>One small collection as BEIR, MS MARCO and the paper lay it out: evaluated, mined, indexed and tested alike.</summary>
public sealed class CollectionTests : CommandFixture
{
    private const string Queries = "q1\tred cars\nq2\tblue sky\nq3\tgreen\n", Passages = "p1\tred cars\np2\told green tree\np3\tfast blue sky\np4\tred sky\n";
    private const string Judgements = "q1 0 p1 2\nq1 0 p4 0\nq2 0 p3 1\nq2 0 p4 1\n";

    [Test]
    public void Beir_in_a_folder([Values(true, false)] bool compressed)
    {
        WriteBeir(compressed);

        JsonElement json = Evaluate("--data", In("beir")).Json();

        Assert.That(Figures(json), Is.EqualTo(Figures(Plainly())));
        Assert.That(json.GetProperty("passages").GetInt32(), Is.EqualTo(4));
        Assert.That(Figures(Evaluate("--queries", In("beir"), "--passages", In("beir"), "--qrels", In("beir")).Json()), Is.EqualTo(Figures(json)));
    }

    [Test]
    public void A_split_replaces_the_folders_own()
    {
        WriteBeir(compressed: false);
        Write("beir/qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq3\tp2\t1\n");

        Assert.That(Evaluate("--data", In("beir"), "--qrels", In("beir/qrels/dev.tsv")).Json().GetProperty("queries").GetInt32(), Is.EqualTo(1));
        Assert.That(Evaluate("--data", In("beir")).Json().GetProperty("queries").GetInt32(), Is.EqualTo(2), "test.tsv, where there are several");
    }

    [Test]
    public void MS_MARCO_in_a_folder()
    {
        Directory.CreateDirectory(In("marco"));
        File.WriteAllBytes(In("marco/collection.tsv.gz"), Gzip.Compress(Passages));
        Write("marco/queries.dev.small.tsv", Queries);
        Write("marco/qrels.dev.small.tsv", Judgements.Replace(' ', '\t'));

        Assert.That(Figures(Evaluate("--data", In("marco")).Json()), Is.EqualTo(Figures(Plainly())));

        Write("marco/queries.train.tsv", Queries);
        Evaluate("--data", In("marco")).Failed(1, "expected one file of queries, found queries.dev.small.tsv, queries.train.tsv in", "name the file");
        Assert.That(Figures(Evaluate("--data", In("marco"), "--queries", In("marco/queries.train.tsv")).Json()), Is.EqualTo(Figures(Plainly())));
    }

    [Test]
    public void The_papers_files()
    {
        Write("c.json", """{"p1": "red cars", "p2": "old green tree", "p3": "fast blue sky", "p4": "red sky"}""");
        Write("q.json", """{"q1": {"query": "red cars", "qrels": [["p1", 2], ["p4", 0]]}, "q2": {"query": "blue sky", "qrels": [["p3", 1], ["p4", 1]]}, "q3": {"query": "green", "qrels": []}}""");

        JsonElement json = Evaluate("--queries", In("q.json"), "--passages", In("c.json"), "--judged-only").Json();

        Assert.That(Figures(json), Is.EqualTo(Figures(Plainly("--judged-only"))));
        Assert.That(json.GetProperty("queries").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public void The_papers_texts_are_normalised()
    {
        // Only the normalised text has the word "not".
        Write("c.json", """{"p1": "it 'nt red", "p2": "it nt blue"}""");
        Write("q.json", """{"q": {"query": "not", "qrels": [["p1", 1], ["p2", 0]]}}""");

        JsonElement json = Evaluate("--queries", In("q.json"), "--passages", In("c.json"), "--run", In("out.trec")).Json();

        Assert.That(File.ReadAllLines(In("out.trec")).Select(line => line.Split(' ')[2]), Is.EqualTo(new[] { "p1" }));
        Assert.That(json.GetProperty("measures").GetProperty("RR@10").GetDouble(), Is.EqualTo(1));
    }

    [Test]
    public void Candidates_with_texts_replace_queries_and_passages([Values("bm25", "model")] string model)
    {
        Write("top.tsv", "q1\tp1\tred cars\tred cars\nq2\tp4\tblue sky\tred sky\nq1\tp4\tred cars\tred sky\nq2\tp3\tblue sky\tfast blue sky\nq3\tp2\tgreen\told green tree\n");
        string folder = model == "bm25" ? model : Quantum;

        JsonElement json = CommandLine.Run(
            "evaluate", "--model", folder, "--candidates", In("top.tsv"), "--qrels", Write("qrels.txt", Judgements), "--run", In("top.trec"), "--json").Json();

        Assert.That(json.GetProperty("candidates_only").GetBoolean(), Is.True);
        Run run = RunFile.Read(In("top.trec"));
        Assert.That(run.QueryIds, Is.EqualTo(new[] { "q1", "q2" }), "unjudged queries are left out");
        foreach (string query in run.QueryIds)
        {
            Assert.That(run.TryGet(query, out RankedList? list), Is.True);
            Assert.That(list!.AsSpan().ToArray().Select(document => document.Id), Is.EquivalentTo(query == "q1" ? new[] { "p1", "p4" } : ["p3", "p4"]));
        }
    }

    [Test]
    public void Candidates_of_a_run_are_ranked_anew()
    {
        Plainly("--run", In("first.trec"));
        Write("first.trec", "q1 Q0 p4 1 9 t\nq1 Q0 p2 2 8 t\nq2 Q0 p3 1 9 t\nq2 Q0 gone 2 8 t\n");

        Plainly("--candidates", In("first.trec"), "--run", In("again.trec"));

        Run run = RunFile.Read(In("again.trec"));
        Assert.That(run.TryGet("q1", out RankedList? first) && run.TryGet("q2", out RankedList? second) && second.Count == 1, Is.True);
        Assert.That(first!.AsSpan().ToArray().Select(document => document.Id), Is.EqualTo(new[] { "p4", "p2" }));
        Assert.That(first[1].Score, Is.Zero, "shares no word");
    }

    [Test]
    public void Other_commands_take_folders_too()
    {
        WriteBeir(compressed: true);

        CommandLine.Run("mine", "--model", "bm25", "--negatives", "1", "--queries", In("beir"), "--passages", In("beir"), "--qrels", In("beir"), "--output", In("rows.tsv")).Succeeded();
        CommandLine.Run("index", "--model", Quantum, "--input", In("beir"), "--output", In("index")).Succeeded();
        JsonElement found = CommandLine.Run("search", "--index", In("index"), "--top", "1", "red cars", "--json").Json();
        JsonElement epoch = CommandLine.Run(
            "train", "--triples", In("rows.tsv"), "--encoder", Plain, "--dim", "4", "--epochs", "1", "--max-length", "8", "--test", $"b={In("beir")}", "--out", In("model"), "--json").Json().GetProperty("epochs")[0];

        // "red sky" shares a word with both queries and is the answer of one: for the other query it is the only negative.
        Assert.That(File.ReadAllText(In("rows.tsv")), Is.EqualTo("red cars\tred cars\tred sky\n"));
        Assert.That(found.GetProperty("results")[0].GetProperty("id").GetString(), Is.EqualTo("p1"));
        // p1, of grade 2, is the text of its query; p3 and p4 answer the other one.
        string[] passages = ["red cars", "old green tree", "fast blue sky", "red sky"];
        float[] query = Embed(In("model"), EmbeddingFormat.Default, "blue sky");
        float[][] documents = [.. passages.Select(passage => Embed(In("model"), EmbeddingFormat.Default, passage))];
        int[] order = [.. Enumerable.Range(0, 4).OrderByDescending(i => SimilarityOracle.Fidelity(query, documents[i]))];
        double gain = new[] { 2, 3 }.Sum(i => 1 / Math.Log2(Array.IndexOf(order, i) + 2)), most = 1 + (1 / Math.Log2(3));
        Assert.That(epoch.GetProperty("b_ndcg@10").GetDouble(), Is.EqualTo((1 + (gain / most)) / 2).Within(1e-9));
    }

    [TestCase(2, "expected --queries, or --data, found neither")]
    [TestCase(2, "expected --passages, or --data, found neither", "--queries", "q.tsv")]
    [TestCase(2, "expected --qrels, or --data, found neither", "--queries", "q.tsv", "--passages", "p.tsv")]
    [TestCase(2, "expected --judged-only or --candidates, found both", "--candidates", "top.tsv", "--judged-only")]
    [TestCase(2, "expected --candidates with texts alone", "--candidates", "top.tsv", "--passages", "p.tsv", "--qrels", "qrels.txt")]
    [TestCase(2, "expected --queries, or --data, found neither", "--candidates", "run.trec", "--qrels", "qrels.txt")]
    [TestCase(1, "expected each passage once a query, found 'p' again for query 'q' in row 2 of", "--candidates", "twice.tsv", "--qrels", "qrels.txt")]
    [TestCase(1, "expected queries in one of queries.tsv", "--data", "empty")]
    public void What_is_missing_is_said_in_one_line(int code, string message, params string[] options)
    {
        Write("q.tsv", Queries);
        Write("p.tsv", Passages);
        Write("qrels.txt", Judgements);
        Write("top.tsv", "q1\tp1\tred\tred\n");
        Write("twice.tsv", "q\tp\ta\tb\nq\tp\ta\tb\n");
        Write("run.trec", "q1 Q0 p1 1 1 t\n");
        Directory.CreateDirectory(In("empty"));
        Write("empty/qrels.txt", Judgements);

        CommandLine.Run(["evaluate", "--model", "bm25", .. options.Select(option => option.Contains('-') ? option : In(option))]).Failed(code, message);
    }

    private void WriteBeir(bool compressed)
    {
        Directory.CreateDirectory(In("beir/qrels"));
        WriteMaybe("beir/corpus.jsonl", string.Concat(Passages.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Json)), compressed);
        WriteMaybe("beir/queries.jsonl", string.Concat(Queries.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Json)), compressed);
        WriteMaybe("beir/qrels/test.tsv", "query-id\tcorpus-id\tscore\n" + Judgements.Replace(" 0 p", "\tp").Replace(' ', '\t'), compressed);
    }

    private static string Json(string row) => $"{{\"_id\": \"{row.Split('\t')[0]}\", \"title\": \"\", \"text\": \"{row.Split('\t')[1]}\", \"metadata\": {{}}}}\n";

    private void WriteMaybe(string name, string content, bool compressed)
    {
        if (compressed) File.WriteAllBytes(In(name + ".gz"), Gzip.Compress(content));
        else Write(name, content);
    }

    private JsonElement Plainly(params string[] options) =>
        Evaluate(["--queries", Write("queries.tsv", Queries), "--passages", Write("passages.tsv", Passages), "--qrels", Write("qrels.txt", Judgements), .. options]).Json();

    private static CommandLine Evaluate(params string[] options) => CommandLine.Run(["evaluate", "--model", "bm25", "--json", .. options]);

    private static string Figures(JsonElement json) => json.GetProperty("measures").GetRawText();
}
