using System.Text.Json;
using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Search for files of queries, with runs, candidates and codes.</summary>
public sealed class SearchCommandTests : CommandFixture
{
    private const string Passages = "p1\tred cars\np2\told green tree\np3\tthe fast blue sky\np4\tred sky\np5\tblue tree cars\np6\tred cars\n";
    private const string Queries = "q1\tred cars\nq2\tblue sky\nq3\told old tree\n";

    [SetUp]
    public void WriteTexts()
    {
        Write("passages.tsv", Passages);
        Write("queries.tsv", Queries);
    }

    [Test]
    public void A_run_of_all_queries_is_that_of_evaluate([Values] bool fidelity)
    {
        string model = fidelity ? Quantum : Linear;
        Index(model);
        Write("qrels.txt", "q1 0 p1 1\nq2 0 p3 1\nq3 0 p2 1\n");
        CommandLine.Run("evaluate", "--model", model, "--queries", In("queries.tsv"), "--passages", In("passages.tsv"), "--qrels", In("qrels.txt"), "--run", In("expected.trec")).Succeeded();

        JsonElement json = Search("--queries", In("queries.tsv"), "--top", "1000", "--run", In("out.trec"), "--json").Json();

        Assert.That((json.GetProperty("queries").GetInt32(), json.GetProperty("documents").GetInt32(), json.GetProperty("hits").GetInt32()), Is.EqualTo((3, 6, 18)));
        Run run = RunFile.Read(In("out.trec")), expected = RunFile.Read(In("expected.trec"));
        Assert.That(run.QueryIds, Is.EqualTo(expected.QueryIds));
        foreach (string query in run.QueryIds) Assert.That(Listed(run, query), Is.EqualTo(Listed(expected, query)));
        Assert.That(Search("--queries", In("queries.tsv"), "--run", In("out.trec")).Succeeded().Output, Does.Contain("3 queries over 6 documents").And.Contain("out.trec"));
    }

    [Test]
    public void Without_a_run_every_query_is_shown()
    {
        Index(Quantum);

        string[] lines = Search("--queries", In("queries.tsv"), "--top", "2", "--json").Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("query_id").GetString()), Is.EqualTo(new[] { "q1", "q2", "q3" }));
        Assert.That(JsonDocument.Parse(lines[0]).RootElement.GetProperty("results")[1].GetProperty("id").GetString(), Is.EqualTo("p6"), "of equal texts the later one");
        Assert.That(CommandLine.OnTerminal("search", "--index", In("index"), "--queries", In("queries.tsv"), "--top", "1").Succeeded().Output, Does.Contain("red cars").And.Contain("old old tree").And.Contain("fidelity"));
    }

    [Test]
    public void Candidates_are_ranked_by_the_index()
    {
        Index(Quantum);
        Search("--queries", In("queries.tsv"), "--top", "10", "--run", In("all.trec")).Succeeded();
        Run all = RunFile.Read(In("all.trec"));
        Write("in.trec", "q1 Q0 p2 1 9 x\nq1 Q0 p4 2 8 x\nq1 Q0 gone 3 7 x\nq2 Q0 p6 1 5 x\nunknown Q0 p1 1 5 x\n");

        CommandLine search = Search("--queries", In("queries.tsv"), "--candidates", In("in.trec"), "--run", In("out.trec"));

        Assert.That(search.Succeeded().Error, Does.Contain("warning: 1 candidates are not in the index"));
        Run run = RunFile.Read(In("out.trec"));
        Assert.That(Listed(run, "q1"), Is.EqualTo(Listed(all, "q1").Where(document => document.Id is "p2" or "p4")), "the scores of a search");
        Assert.That(Listed(run, "q2"), Is.EqualTo(Listed(all, "q2").Where(document => document.Id is "p6")));
        Assert.That(run.TryGet("q3", out _), Is.False, "a query without candidates has no line");
        Search("--queries", In("queries.tsv"), "--candidates", In("in.trec"), "--top", "1", "--run", In("out.trec")).Succeeded();
        Assert.That(Listed(RunFile.Read(In("out.trec")), "q1"), Has.Count.EqualTo(1));
    }

    [Test]
    public void Codes_with_enough_rescored_find_what_exact_search_finds([Values("8", "4", "1")] string bits)
    {
        Index(Quantum, "--codes", bits);
        Search("--queries", In("queries.tsv"), "--top", "3", "--exact", "--run", In("exact.trec")).Succeeded();
        Search("--queries", In("queries.tsv"), "--top", "3", "--codes", bits, "--rescore", "6", "--run", In("codes.trec")).Succeeded();

        Run exact = RunFile.Read(In("exact.trec")), codes = RunFile.Read(In("codes.trec"));

        foreach (string query in exact.QueryIds) Assert.That(Listed(codes, query), Is.EqualTo(Listed(exact, query)));
        Assert.That(Search("--codes", bits, "--rescore", "0", "red cars", "--json").Json().GetProperty("results").GetArrayLength(), Is.EqualTo(6));
        string other = bits == "8" ? "4" : "8";
        Search("--codes", other, "red").Failed(1, $"codes of {other} bits, found {bits}", $"--compact --codes {other}");
        CommandLine.Run("index", "--compact", "--codes", other, "--output", In("index")).Succeeded();
        Search("--codes", other, "red").Succeeded();
        Assert.That(Search("--codes", other, "--hybrid", "rrf", "red cars").Succeeded().Output, Does.Contain("rrf"));
    }

    [Test]
    public void An_index_without_codes_is_searched_exactly()
    {
        JsonElement json = Index(Linear, "--codes", "none");

        Assert.That(json.GetProperty("codes").GetInt32(), Is.Zero);
        Assert.That(Directory.EnumerateFiles(In("index/segment-000001")).Select(Path.GetFileName), Is.EquivalentTo(new[] { "embeddings.npy", "documents.jsonl", "ids.bin", "lexical.bin", "segment.json" }));
        Search("red").Succeeded();
        Search("--codes", "8", "red").Failed(1, "codes of 8 bits, found none");
    }

    [TestCase("expected --queries with --run, found none", "--run", "out.trec", "red")]
    [TestCase("expected --queries or a query, found both", "--queries", "q.tsv", "red")]
    [TestCase("expected --exact or --codes, found both", "--exact", "--codes", "8", "red")]
    [TestCase("expected --codes with --rescore, found none", "--rescore", "8", "red")]
    [TestCase("expected --codes 8, 4 or 1, found '2'", "--codes", "2", "red")]
    [TestCase("expected --codes 8, 4 or 1, found 'x'", "--codes", "x", "red")]
    [TestCase("expected --rescore 0 or at least 10, found 9", "--codes", "8", "--rescore", "9", "red")]
    [TestCase("expected --rescore of at least 0, found -1", "--codes", "8", "--rescore", "-1", "red")]
    [TestCase("expected --queries with --candidates, found none", "--candidates", "in.trec", "red")]
    [TestCase("expected --candidates without --codes and --hybrid", "--candidates", "in.trec", "--queries", "q", "--hybrid", "rrf")]
    public void Wrong_usage_is_exit_code_2(string message, params string[] options) => CommandLine.Run(["search", "--index", In("none"), .. options]).Failed(2, message);

    [TestCase("queries.tsv", "q1\tred\nq1\tblue\n", "'q1' again in row 2")]
    [TestCase("queries.tsv", "q1\n", "line 1")]
    [TestCase("queries.tsv", "", "queries.tsv")]
    [TestCase("in.trec", "q1 Q0 p1 1 9 x\nq1 Q0 p1 2 8 x\n", "p1")]
    [TestCase("in.trec", "q1 Q0 p1 1 NaN x\n", "NaN")]
    public void Bad_files_are_named_and_no_run_is_written(string name, string content, string part)
    {
        Index(Quantum);
        Write("in.trec", "q1 Q0 p1 1 9 x\n");
        Write(name, content);

        Search("--queries", In("queries.tsv"), "--candidates", In("in.trec"), "--run", In("out.trec")).Failed(1, name, part);

        Assert.That(File.Exists(In("out.trec")), Is.False);
        Search("--queries", In("queries.tsv"), "--run", In("none/out.trec")).Failed(1, "none");
    }

    private static List<ScoredDocument> Listed(Run run, string query) => run.TryGet(query, out RankedList? list) ? [.. list.AsSpan()] : [];

    private JsonElement Index(string model, params string[] options) =>
        CommandLine.Run(["index", "--model", model, "--input", In("passages.tsv"), "--output", In("index"), "--json", .. options]).Json();

    [Test]
    public void Several_indexes_are_searched_as_one([Values] bool quantum)
    {
        string model = quantum ? Quantum : Linear;
        string[] texts = ["red cars", "blue sky", "old tree", "fast red car", "red", "green trees"];
        string Some(string name, Range range) => Write(name, string.Concat(texts.Select((text, i) => $"d{i}\t{text}\n").Take(range)));
        foreach ((string name, Range range) in (ReadOnlySpan<(string, Range)>)[("one", ..), ("a", ..2), ("b", 2..3), ("c", 3..)])
            CommandLine.Run("index", "--model", model, "--input", Some("d.tsv", range), "--output", In(name)).Succeeded();
        Write("queries.tsv", "q1\tred car\nq2\tblue trees\n");
        string[] several = ["--index", In("a"), "--index", In("b"), "--index", In("c")];

        Assert.That(CommandLine.Run(["search", .. several, "red", "cars"]).Succeeded().Output, Is.EqualTo(CommandLine.Run("search", "--index", In("one"), "red", "cars").Succeeded().Output));
        foreach (string[] options in (string[][])[[], ["--hybrid", "rrf"], ["--codes", "8"]])
        {
            CommandLine.Run(["search", .. several, "--queries", In("queries.tsv"), "--run", In("several.trec"), .. options]).Succeeded();
            CommandLine.Run(["search", "--index", In("one"), "--queries", In("queries.tsv"), "--run", In("one.trec"), .. options]).Succeeded();
            Assert.That(File.ReadAllText(In("several.trec")), Is.EqualTo(File.ReadAllText(In("one.trec"))));
        }
        CommandLine.Run("search", "--index", In("a"), "--index", In("one"), "red").Failed(1, "expected each id once, found 'd0' in", "/a and in", "/one");
        CommandLine.Run("index", "--model", quantum ? Linear : Quantum, "--input", Some("d.tsv", 3..), "--output", In("c")).Succeeded();
        CommandLine.Run(["search", .. several, "red"]).Failed(1, "expected indexes of ", "/c");
        CommandLine.Run("search", "--index", In("a"), "--index", In("nothing"), "red").Failed(1, "nothing");
    }

    private CommandLine Search(params string[] options) => CommandLine.Run(["search", "--index", In("index"), .. options]);
}
