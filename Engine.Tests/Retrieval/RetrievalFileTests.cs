using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Judgement, run and text files: what is read, what is written, and the one line that a bad file gives.</summary>
public sealed class RetrievalFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Create() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [TestCase("q1 0 d1 2\nq1\tQ0  d2 -1\r\n\nq2 0 d1 0")]
    [TestCase("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t-1\nq2\td1\t0\n")]
    [TestCase("\uFEFFq1\td1\t2\nq1\td2\t-1\nq2\td1\t0\n")]
    public void Both_layouts_of_judgements_are_read(string content)
    {
        Qrels qrels = QrelsFile.Read(_folder.Write("qrels", content));

        Assert.That(qrels.QueryIds, Is.EqualTo(new[] { "q1", "q2" }));
        Assert.That(qrels.Judged("q1"), Is.EqualTo(new Dictionary<string, int> { ["d1"] = 2, ["d2"] = -1 }));
        Assert.That(qrels.Judged("q2"), Is.EqualTo(new Dictionary<string, int> { ["d1"] = 0 }));
        Assert.That(qrels.Judged("q3"), Is.Empty);
    }

    [TestCase("", "expected relevance judgements, found an empty file: @")]
    [TestCase("q\td\tscore\n", "expected relevance judgements, found an empty file: @")]
    [TestCase("q 0 d 1\nq 0 e\n", "expected 4 columns (query, iteration, document, grade), found 3, line 2 of @")]
    [TestCase("q 0 d 1 x\n", "expected 4 columns (query, iteration, document, grade), found more, line 1 of @")]
    [TestCase("q 0 d 1.5\n", "expected a whole number as grade, found \"1.5\", line 1 of @")]
    [TestCase("q 0 d 1\n\nq 1 d 1\n", "expected one judgement a pair, found query \"q\" and document \"d\" again, line 3 of @")]
    [TestCase("q\td\tx\n", "expected a whole number as grade, found \"x\", line 1 of @")]
    [TestCase("q\td\t1\nq 0 d 1\n", "expected 3 columns by tabs (query, document, grade), found 1, line 2 of @")]
    [TestCase("q\t\t1\n", "expected a query id and a document id, found an empty one, line 1 of @")]
    public void A_bad_judgement_is_named(string content, string problem)
    {
        string path = _folder.Write("qrels", content);

        Assert.That(() => QrelsFile.Read(path), Throws.TypeOf<QEngineException>().With.Message.EqualTo(problem.Replace("@", path)));
    }

    [Test]
    public void A_run_is_ordered_by_score_whatever_its_ranks_say()
    {
        Run run = RunFile.Read(_folder.Write("run", "q2 Q0 a 1 0.5 t\nq1 Q0 a 1 -1e-3 t\nq1\tQ0\tb\t2\t2\tt\r\nq1 Q0 c 3 2 t\n"));

        Assert.That(run.QueryIds, Is.EqualTo(new[] { "q2", "q1" }));
        Assert.That(run.TryGet("q1", out RankedList? list), Is.True);
        Assert.That(list!.AsSpan().ToArray(), Is.EqualTo(new ScoredDocument[] { new("c", 2), new("b", 2), new("a", -0.001f) }));
        Assert.That(run.TryGet("q3", out _), Is.False);
    }

    [TestCase("\n", "expected a run, found an empty file: @")]
    [TestCase("q Q0 d 1 0.5\n", "expected 6 columns (query, Q0, document, rank, score, tag), found 5, line 1 of @")]
    [TestCase("q Q0 d 1 0.5 my tag\n", "expected 6 columns (query, Q0, document, rank, score, tag), found more, line 1 of @")]
    [TestCase("q Q0 d 1 0,5 t\n", "expected a finite number as score, found \"0,5\", line 1 of @")]
    [TestCase("q Q0 d 1 NaN t\n", "expected a finite number as score, found \"NaN\", line 1 of @")]
    [TestCase("q Q0 d 1 -inf t\n", "expected a finite number as score, found \"-inf\", line 1 of @")]
    [TestCase("q Q0 d 1 -Infinity t\n", "expected a finite number as score, found \"-Infinity\", line 1 of @")]
    [TestCase("q Q0 d 1 4e38 t\n", "expected a finite number as score, found \"4e38\", line 1 of @")]
    [TestCase("q Q0 d 1 0x1 t\n", "expected a finite number as score, found \"0x1\", line 1 of @")]
    [TestCase("q Q0 d 1 1 t\nr Q0 d 1 1 t\nq Q0 d 2 0 t\n", "expected each document once a query, found \"d\" again for query \"q\", line 3 of @")]
    public void A_bad_run_is_named(string content, string problem)
    {
        string path = _folder.Write("run", content);

        Assert.That(() => RunFile.Read(path), Throws.TypeOf<QEngineException>().With.Message.EqualTo(problem.Replace("@", path)));
    }

    [Test]
    public void The_queries_of_a_run_may_be_mixed()
    {
        Run run = RunFile.Read(_folder.Write("run", " q1 Q0 a 1 1 t\nq2 Q0 a 1 2 t\n \t\nq1 Q0 b 1 3 t \nq2 Q0 b 1 4 t"));

        Assert.That(run.QueryIds, Is.EqualTo(new[] { "q1", "q2" }));
        Assert.That(run.TryGet("q1", out RankedList? list), Is.True);
        Assert.That(list!.AsSpan().ToArray(), Is.EqualTo(new ScoredDocument[] { new("b", 3), new("a", 1) }));
    }

    [Test]
    public void A_run_is_written_in_the_layout_of_TREC()
    {
        Run run = new();
        run.Add("q", new RankedList([new("b", 0.1f), new("a", 3)]));

        RunFile.Write(_folder.Path("run"), run, "qengine");

        Assert.That(File.ReadAllText(_folder.Path("run")), Is.EqualTo("q Q0 a 1 3 qengine\nq Q0 b 2 0.1 qengine\n"));
        Assert.That(_folder.Names(), Is.EqualTo(new[] { "run" }));
    }

    [Property]
    public bool A_written_run_reads_back_bit_for_bit(float[] scores)
    {
        Run written = new();
        IEnumerable<float> numbers = scores.Where(float.IsFinite).Append(float.MinValue);
        written.Add("q", new RankedList(numbers.Select((score, i) => new ScoredDocument($"dé{i}", score))));

        RunFile.Write(_folder.Path("run"), written, "t");
        Run read = RunFile.Read(_folder.Path("run"));

        written.TryGet("q", out RankedList? left);
        read.TryGet("q", out RankedList? right);
        return left!.AsSpan().SequenceEqual(right!.AsSpan());
    }

    [TestCase("a b", "d", "t", "document id", "a b")]
    [TestCase("a", "", "t", "query id", "")]
    [TestCase("a", "d", "my tag", "tag", "my tag")]
    public void What_the_layout_cannot_hold_is_not_written_and_leaves_the_old_file(
        string document, string query, string tag, string field, string value)
    {
        string path = _folder.Write("run", "old");
        Run run = new();
        run.Add("first", new RankedList([new("x", 1)]));
        run.Add(query, new RankedList([new(document, 1)]));

        Assert.That(
            () => RunFile.Write(path, run, tag),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected a {field} without white space for a run, found \"{value}\""));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(_folder.Names(), Is.EqualTo(new[] { "run" }));
    }

    [TestCase("d-1_é", true)]
    [TestCase("", false)]
    [TestCase("a b", false)]
    [TestCase("a\tb", false)]
    [TestCase("a\u00a0b", false)]
    [TestCase("a\u0001b", false)]
    [TestCase("a\u007f", false)]
    public void Ids_that_a_run_can_hold_are_told_before_one_is_written(string id, bool fits)
    {
        Run run = new();
        run.Add("q", new RankedList([new(id, 1)]));

        Assert.That(RunFile.CanHold(id), Is.EqualTo(fits));
        if (fits) Assert.That(() => RunFile.Write(_folder.Path("run"), run, "t"), Throws.Nothing);
        else Assert.That(() => RunFile.Write(_folder.Path("run"), run, "t"),
            Throws.TypeOf<QEngineException>().With.Message.StartsWith("expected a document id without"));
    }

    [Test]
    public void A_folder_that_is_not_there_is_named()
    {
        string path = _folder.Path("none/run");
        Run run = new();
        run.Add("q", new RankedList([]));

        Assert.That(
            () => RunFile.Write(path, run, "t"), Throws.TypeOf<QEngineException>().With.Message.EqualTo(
                $"expected to write a file, found no such folder: {path}"));
        Assert.That(
            () => RunFile.Read(path), Throws.TypeOf<QEngineException>().With.Message.EqualTo(
                $"expected a readable file, found no such folder: {path}"));
        Assert.That(() => RunFile.Read(_folder.Path("")), Throws.TypeOf<QEngineException>());
    }
}
