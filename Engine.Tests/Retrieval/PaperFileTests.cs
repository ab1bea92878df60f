using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Retrieval;

/// <summary>The paper's files, mined negatives and candidates: what is read of them, and what is refused.</summary>
public sealed class PaperFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Create() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Training_queries_name_their_passages()
    {
        string path = _folder.Write("q.json", """{"10": {"pos": ["1", 2], "query": "what 's that", "hard_neg": [3, "4"], "source": {"pos": []}}, "11": {"query": ""}}""");

        List<PaperQuery> queries = [.. PaperFile.Queries(path)];

        Assert.That(queries.Select(query => (query.Id, query.Text)), Is.EqualTo(new[] { ("10", "what 's that"), ("11", "") }), "as they are written");
        Assert.That(queries[0].Positives, Is.EqualTo(new[] { "1", "2" }));
        Assert.That(queries[0].HardNegatives, Is.EqualTo(new[] { "3", "4" }));
        Assert.That(queries[1].Positives.Concat(queries[1].HardNegatives), Is.Empty);
    }

    [Test]
    public void Evaluation_queries_are_judgements()
    {
        string path = _folder.Write("q.json.gz", Gzip.Compress("""{"10": {"query": "a", "qrels": [["1", 3], [2, 0]]}, "11": {"query": "b", "qrels": []}}"""));

        Qrels qrels = PaperFile.ReadQrels(path);

        Assert.That(qrels.QueryIds, Is.EqualTo(new[] { "10" }));
        Assert.That(qrels.Judged("10"), Is.EqualTo(new Dictionary<string, int> { ["1"] = 3, ["2"] = 0 }));
        Assert.That(IdTextFile.Read(path), Is.EqualTo(new IdText[] { new("10", "a"), new("11", "b") }));
    }

    [TestCase("""{"1":{"query":"a","qrels":[["2",1],["2",0]]}}""", "expected one judgement a pair, found query \"1\" and document \"2\" again in")]
    [TestCase("""{"1":{"query":"a","qrels":[]}}""", "expected queries with \"qrels\", found none in")]
    [TestCase("""{"1":{"query":"a","qrels":[["2",1.5]]}}""", "expected \"qrels\" to hold pairs of an id and a whole number, found Number, byte 32 of")]
    [TestCase("""{"1":{"query":"a","qrels":[["2"]]}}""", "expected \"qrels\" to hold pairs of an id and a whole number, found EndArray")]
    [TestCase("""{"1":{"query":"a","qrels":[["2",1,1]]}}""", "expected \"qrels\" to hold pairs of an id and a whole number, found Number")]
    [TestCase("""{"1":{"query":"a","qrels":[[2.0,1]]}}""", "expected \"qrels\" to hold pairs of an id and a whole number, found Number")]
    [TestCase("""{"1":{"query":"a","pos":[true]}}""", "expected \"pos\" to hold ids, strings or whole numbers, found True, byte 25 of")]
    [TestCase("""{"1":{"query":"a","hard_neg":[""]}}""", "expected \"hard_neg\" to hold ids, strings or whole numbers, found an empty id, byte 30 of")]
    [TestCase("""{"1":{"query":"a","hard_neg":"3"}}""", "expected \"hard_neg\" to be an array of ids, found String")]
    [TestCase("""{"1":{"query":1}}""", "expected \"query\" to be a string, found Number")]
    [TestCase("""{"1":{"pos":["1"]}}""", "expected a property \"query\" for \"1\", found none")]
    [TestCase("""{"1":"a"}""", "expected an object with a \"query\", found String")]
    public void Bad_queries_are_named(string content, string message)
    {
        string path = _folder.Write("q.json", content);

        Refused.With(() => PaperFile.ReadQrels(path), message, path);
    }

    [TestCase(1, null, new[] { "3", "5", "7" })]
    [TestCase(2, null, new[] { "3", "4", "5", "6", "7" })]
    [TestCase(5, new[] { "dense", "bm25" }, new[] { "3", "4", "5", "6" })]
    [TestCase(1, new[] { "dense" }, new[] { "3" })]
    public void Each_system_adds_its_first_passages_that_are_new(int perSystem, string[]? systems, string[] expected)
    {
        string path = _folder.Write(
            "n.jsonl.gz", Gzip.Compress("{\"qid\": 9, \"pos\": [1, 2], \"neg\": {\"bm25\": [3, 4], \"dense\": [3, 5, 4, 6], \"more\": [7]}}\n{\"neg\": {\"bm25\": []}, \"qid\": \"10\", \"pos\": []}\n"));

        List<MinedQuery> queries = [.. HardNegativesFile.Read(path, perSystem, systems)];

        Assert.That(queries.Select(query => query.Id), Is.EqualTo(new[] { "9", "10" }));
        Assert.That(queries[0].Positives, Is.EqualTo(new[] { "1", "2" }));
        Assert.That(queries[0].Negatives, Is.EqualTo(expected));
        Assert.That(queries[1].Negatives, Is.Empty);
    }

    [TestCase("", "expected hard negatives, found an empty file")]
    [TestCase("{\"qid\":1,\"pos\":[]}", "expected a property \"neg\", found none, byte 17 of")]
    [TestCase("{\"qid\":1,\"neg\":{}}", "expected a property \"pos\", found none")]
    [TestCase("{\"pos\":[],\"neg\":{}}", "expected a property \"qid\", found none")]
    [TestCase("{\"qid\":1,\"pos\":[],\"neg\":[]}", "expected \"neg\" to be an object of systems, found StartArray")]
    [TestCase("{\"qid\":1,\"pos\":[],\"neg\":{\"bm25\":3}}", "expected the negatives of \"bm25\" to be an array of ids, found Number")]
    [TestCase("{\"qid\":1.5,\"pos\":[],\"neg\":{}}", "expected \"qid\" to be an id, a string or a whole number, found Number")]
    [TestCase("[1]", "expected an object with \"qid\", \"pos\" and \"neg\", found StartArray")]
    [TestCase("{\"qid\":1,\"pos\":[],\"neg\":{\"bm25\":[3]}}\n", "expected negatives of \"dense\", found none in")]
    public void Bad_hard_negatives_are_named(string content, string message)
    {
        string path = _folder.Write("n.jsonl", content);

        Refused.With(() => HardNegativesFile.Read(path, 1, ["bm25", "dense"]).Count(), message, path);
        Assert.That(() => HardNegativesFile.Read(path, 0), BadArgument.OutOfRange("perSystem", 0));
    }

    [Test]
    public void Candidates_bring_both_texts()
    {
        string path = _folder.Write("top1000.tsv", "q1\tp1\ta query\tsome text\r\nq1\tp2\ta query\t\n"), run = _folder.Write("run.trec", "q1 Q0 p1 1 3 t\n");

        Assert.That(CandidatesFile.Read(path), Is.EqualTo(new Candidate[] { new("q1", "p1", "a query", "some text"), new("q1", "p2", "a query", "") }));
        Assert.That((CandidatesFile.IsOne(path), CandidatesFile.IsOne(run), CandidatesFile.IsOne(_folder.Write("empty.tsv", ""))), Is.EqualTo((true, false, false)));
    }

    [TestCase("", "expected candidates, found an empty file")]
    [TestCase("q\tp\ta\n", "expected 4 columns by tabs (query id, passage id, query, passage), found 3, line 1 of")]
    [TestCase("q\tp\ta\tb\nq\t\ta\tb\n", "expected a query id and a passage id, found an empty one, line 2 of")]
    public void Bad_candidates_are_named(string content, string message)
    {
        string path = _folder.Write("top.tsv", content);

        Refused.With(() => CandidatesFile.Read(path).Count(), message, path);
    }
}
