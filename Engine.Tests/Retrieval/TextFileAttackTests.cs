using System.Text;
using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Training;

namespace QEngine.Tests.Retrieval;

/// <summary>Files of lines under systematic and random damage: texts, judgements, runs, training rows, scored pairs of texts and vectors.</summary>
public sealed class TextFileAttackTests
{
    // A line is kept as bytes and as text while it is read, and what it holds in tables.
    private const int Multiple = 40;

    private static readonly TestCaseData[] Good =
    [
        Case("a.tsv", "7\tfirst text\r\nx y\té\n", path => IdTextFile.Read(path).Count()),
        Case("a.jsonl", "{\"_id\":\"7\",\"title\":\"T\",\"text\":\"x\"}\n\n{\"id\":8,\"text\":\"\\u00e9\",\"n\":{\"a\":[1]}}\n", path => IdTextFile.Read(path).Count()),
        Case("a.json", "{\"7\": \"first text\",\r\n \"x y\": {\"n\": [{}], \"query\": \"\\u00e9\"}}\n", path => IdTextFile.Read(path).Count()),
        Case("train.json", "{\"7\": {\"query\": \"a 's\", \"pos\": [\"1\", 2], \"hard_neg\": [3]}, \"8\": {\"query\": \"b\"}}", path => PaperFile.Queries(path).Count()),
        Case("qrels.json", "{\"7\": {\"query\": \"a\", \"qrels\": [[\"1\", 2], [2, 0]]}, \"8\": {\"query\": \"b\", \"qrels\": []}}", path => PaperFile.ReadQrels(path)),
        Case("negatives.jsonl", "{\"qid\": 7, \"pos\": [1, \"2\"], \"neg\": {\"bm25\": [3, 4], \"dense\": [4, 5]}}\r\n{\"qid\": \"8\", \"neg\": {}, \"pos\": []}\n", path => HardNegativesFile.Read(path, 1).Count()),
        Case("top.tsv", "q1\tp1\tfirst query\tsome text\r\nq1\tp2\tfirst query\té\n", path => CandidatesFile.Read(path).Count()),
        Case("a.txt", "one\n\nthree\tx\n", path => IdTextFile.Read(path).Count()),
        Case("trec.qrels", "q1 0 d1 2\nq1\tQ0  d2 -1\r\n\nq2 0 d1 0\n", path => QrelsFile.Read(path)),
        Case("beir.qrels", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t-1\nq2\td1\t0\n", path => QrelsFile.Read(path)),
        Case("a.run", "q2 Q0 a 1 0.5 t\nq1 Q0 a 1 -1e-3 t\nq1\tQ0\tb\t2\t2\tt\r\nq1 Q0 c 3 2 t\n", path => RunFile.Read(path)),
        Case("triples.tsv", "q\tp\tn1\tn2\r\nr\té\rx\tn\tp\n", path => TriplesFile.Read(path).Count()),
        Case("pairs.tsv", "a\tb\t0.5\r\né\tc d\t-1e-3\n", path => ScoredPairsFile.Read(path).Count()),
        Case("sts.tsv", "g\tf\ty\t1\t0.5\ta\tb\r\n\t\t\t\t5\té\tc d\ts\ts\n", path => ScoredPairsFile.Read(path).Count()),
        Case("vectors.tsv", "0\t12\t0.5\r\n\n17\t3\t-1e-3\n", path => VectorPairsFile.Read(path, 20)),
        Case("ids.txt", "red car\né\r\n7\n", path => VectorPairsFile.ReadNames(path, 3)),
    ];

    private static TestCaseData Case(string name, string content, Action<string> read) => new TestCaseData(name, content, read).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Good))]
    public void Lines_under_changes_of_every_kind(string name, string content, Action<string> read)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write(name, content);
        Attack attack = new(path, () => read(path), Multiple);

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 1500);

        Assert.That(attack.Refused, Is.GreaterThan(100));
        Assert.That(attack.Read, Is.GreaterThan(50), "some letters are free");
    }

    [TestCaseSource(nameof(Good))]
    public void Files_of_one_byte_repeated(string name, string content, Action<string> read)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write(name, content);
        Attack attack = new(path, () => read(path), Multiple);

        attack.MustRefuse("empty", []);
        foreach (byte value in new byte[] { 0, (byte)'\t', (byte)'\r', (byte)' ', (byte)'x', (byte)'[', (byte)'{', (byte)'"', 0x80, 0xFF })
        {
            byte[] large = new byte[1 << 20];
            Array.Fill(large, value);
            attack.IsRefused($"a line of 0x{value:X2}", large);
        }
        byte[] lines = new byte[1 << 14];
        Array.Fill(lines, (byte)'\n');
        attack.IsRefused("empty lines", lines);
    }

    [TestCase("\"\\ud800\":1,\"_id\":\"1\",\"text\":\"x\"")]
    [TestCase("\"_id\":\"1\",\"text\":\"x\",\"\\udc00\":1")]
    [TestCase("\"\\ud800_id\":\"1\",\"_id\":\"2\",\"text\":\"x\"")]
    [TestCase("\"\\ud800\":\"1\",\"text\":\"x\"")]
    [TestCase("\"_id\":\"1\",\"title\":\"\\ud800\",\"text\":\"x\"")]
    public void Names_that_are_no_text_are_refused_or_skipped(string members)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.jsonl", "{\"_id\":\"1\",\"text\":\"x\"}\n");
        Attack attack = new(path, () => IdTextFile.Read(path).Count(), Multiple);

        attack.IsRefused(members, Encoding.UTF8.GetBytes($"{{{members}}}\n"));

        Assert.That(attack.Read + attack.Refused, Is.EqualTo(1));
    }

    [Test]
    public void Jsonl_with_bad_values_and_names()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.jsonl", "{\"_id\":\"7\",\"title\":\"T\",\"text\":\"x\",\"n\":{\"a\":[1]}}\n");
        byte[] good = File.ReadAllBytes(path);
        Attack attack = new(path, () => IdTextFile.Read(path).Count(), Multiple);

        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
        JsonAttack.EveryName(good, (what, json) => attack.IsRefused(what, json), (what, json) => attack.IsRefused(what, json));
    }

    [Test]
    public void The_papers_files_and_hard_negatives_with_bad_values_and_names()
    {
        using TemporaryFolder folder = new();
        foreach ((string name, string content, Action<string> read) in new (string, string, Action<string>)[]
        {
            ("train.json", "{\"7\":{\"query\":\"a\",\"pos\":[\"1\",2],\"hard_neg\":[3],\"n\":{\"a\":[1]}},\"8\":{\"query\":\"b\",\"qrels\":[[\"1\",2]]}}", path => PaperFile.ReadQrels(path)),
            ("corpus.json", "{\"7\":\"text\",\"8\":{\"query\":\"b\"}}", path => IdTextFile.Read(path).Count()),
            ("negatives.jsonl", "{\"qid\":7,\"pos\":[1,\"2\"],\"neg\":{\"bm25\":[3,4],\"dense\":[4,5]},\"n\":{\"a\":[1]}}", path => HardNegativesFile.Read(path, 2, ["dense"]).Count()),
        })
        {
            string path = folder.Write(name, content);
            byte[] good = File.ReadAllBytes(path);
            Attack attack = new(path, () => read(path), Multiple);

            JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
            JsonAttack.EveryName(good, (what, json) => attack.IsRefused(what, json), (what, json) => attack.IsRefused(what, json));
            Assert.That((attack.Refused, attack.Read), Is.GreaterThan((50, 5)));
        }
    }

    [TestCase("NaN")]
    [TestCase("1e400")]
    [TestCase("-1e400")]
    [TestCase("1e39")]
    [TestCase("0x1p3")]
    [TestCase("1,5")]
    [TestCase("--1")]
    public void Scores_that_are_no_numbers_or_too_large_are_refused(string score)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.run", "q Q0 d 1 1 t\n");
        Attack attack = new(path, () => RunFile.Read(path), Multiple);

        attack.MustRefuse(score, Encoding.UTF8.GetBytes($"q Q0 d 1 1 t\nq Q0 e 2 {score} t\n"), $"\"{score}\"", "line 2");
    }

    [TestCase("2147483648")]
    [TestCase("-2147483649")]
    [TestCase("9223372036854775808")]
    [TestCase("1e2")]
    [TestCase("NaN")]
    [TestCase("+-1")]
    public void Grades_that_are_no_whole_numbers_or_too_large_are_refused(string grade)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.qrels", "q 0 d 1\n");
        Attack attack = new(path, () => QrelsFile.Read(path), Multiple);

        attack.MustRefuse(grade, Encoding.UTF8.GetBytes($"q 0 d 1\nq 0 e {grade}\n"), $"\"{grade}\"", "line 2");
    }
}
