using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

/// <summary>The same training rows as texts, as ids, as mined negatives and as the paper's files.</summary>
public sealed class TrainingFormatTests : CommandFixture
{
    private const string Rows = "red car\tfast red cars\told trees\tblue sky\nblue sky\tskys blue\tgreen trees\tblue sky\n";

    [SetUp]
    public void WriteCollection()
    {
        Write("q.tsv", "10\tred car\n11\tblue sky\n12\tunused\n");
        Write("c.tsv", "1\tfast red cars\n2\told trees\n3\tblue sky\n4\tskys blue\n5\tgreen trees\n6\tunused\n");
    }

    [Test]
    public void Triples_of_ids_are_those_of_texts()
    {
        byte[] texts = Train("--triples", Write("rows.tsv", Rows)), ids = Train("--triples", Write("ids.tsv", "10\t1\t2\t3\n11\t4\t5\t3\n"), "--queries", In("q.tsv"), "--collection", In("c.tsv"));

        Assert.That(ids, Is.EqualTo(texts));
    }

    [Test]
    public void Compressed_triples_are_decompressed()
    {
        File.WriteAllBytes(In("rows.tsv.gz"), Gzip.Compress(Rows));

        Assert.That(Train("--triples", In("rows.tsv.gz")), Is.EqualTo(Train("--triples", Write("rows.tsv", Rows))));
    }

    [Test]
    public void Mined_negatives_give_a_row_a_positive()
    {
        File.WriteAllBytes(In("n.jsonl.gz"), Gzip.Compress("{\"qid\":10,\"pos\":[1],\"neg\":{\"bm25\":[2,1],\"dense\":[2,3]}}\n{\"qid\":11,\"pos\":[4],\"neg\":{\"bm25\":[5],\"dense\":[3]}}\n{\"qid\":12,\"pos\":[6],\"neg\":{}}\n"));

        byte[] mined = Train("--hard-negatives", In("n.jsonl.gz"), "--queries", In("q.tsv"), "--collection", In("c.tsv"));

        Assert.That(mined, Is.EqualTo(Train("--triples", Write("rows.tsv", Rows))));
        byte[] one = Train("--hard-negatives", In("n.jsonl.gz"), "--queries", In("q.tsv"), "--collection", In("c.tsv"), "--systems", "bm25", "--per-system", "1");
        Assert.That(one, Is.EqualTo(Train("--triples", Write("short.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n"))));
    }

    [Test]
    public void Positives_of_one_query_are_limited()
    {
        Write("n.jsonl", "{\"qid\":10,\"pos\":[1,3],\"neg\":{\"bm25\":[2]}}\n{\"qid\":11,\"pos\":[4],\"neg\":{\"bm25\":[5]}}\n");

        Assert.That(RowsOf("--max-per-query", "1"), Is.EqualTo(2));
        Assert.That(RowsOf(), Is.EqualTo(3));

        int RowsOf(params string[] options) =>
            Command(["--hard-negatives", In("n.jsonl"), "--queries", In("q.tsv"), "--collection", In("c.tsv"), .. options]).Json().GetProperty("rows").GetInt32();
    }

    [Test]
    public void The_papers_files_are_read_as_its_program_reads_them()
    {
        // The first positive and the first negatives; queries with fewer are left out; detached contractions joined.
        Write("q.json", """{"10": {"query": "red 's car", "pos": ["1", "3"], "hard_neg": ["2", "3", "5"]}, "11": {"query": "blue sky", "pos": ["4"], "hard_neg": ["5"]}}""");
        Write("c.json", """{"1": "fast red cars", "2": "old trees", "3": "blue 'nt sky", "4": "skys blue", "5": "green trees"}""");

        CommandLine trained = Command("--paper-queries", In("q.json"), "--paper-corpus", In("c.json"));
        byte[] paper = Weights();

        Assert.That((trained.Json().GetProperty("rows").GetInt32(), trained.Json().GetProperty("queries").GetInt32()), Is.EqualTo((1, 1)));
        Assert.That(paper, Is.EqualTo(Train("--triples", Write("rows.tsv", "red's car\tfast red cars\told trees\tblue not sky\n"))));
        Assert.That(paper, Is.Not.EqualTo(Train("--triples", Write("rows.tsv", "red 's car\tfast red cars\told trees\tblue 'nt sky\n"))));
    }

    [Test]
    public void Development_rows_are_in_the_same_format()
    {
        Write("ids.tsv", "10\t1\t2\n");
        Write("dev.tsv", "11\t4\t5\n");

        JsonElement epoch = Command("--triples", In("ids.tsv"), "--queries", In("q.tsv"), "--collection", In("c.tsv"), "--dev", In("dev.tsv")).Json().GetProperty("epochs")[0];

        // Cross-entropy of 20 times the cosines, the positive first.
        float[] query = Embed(In("model"), EmbeddingFormat.Default, "blue sky");
        double Score(string passage) => 20 * SimilarityOracle.Cosine(query, Embed(In("model"), EmbeddingFormat.Default, passage));
        Assert.That(epoch.GetProperty("dev_loss").GetDouble(),
            Is.EqualTo(Math.Log(1 + Math.Exp(Score("green trees") - Score("skys blue")))).Within(1e-3).Percent);
    }

    [Test]
    public void The_model_card_names_the_files_without_their_folders()
    {
        Train("--triples", Write("ids.tsv", "10\t1\t2\n"), "--queries", In("q.tsv"), "--collection", In("c.tsv"));

        Assert.That(File.ReadAllText(In("model/README.md")), Does.Contain("ids.tsv").And.Contain("q.tsv").And.Contain("c.tsv").And.Not.Contain(Folder));
    }

    [TestCase(1, "expected a text for query '99', found none in", "--triples", "99\t1\t2\n")]
    [TestCase(1, "expected a text for passage '99', found none in", "--triples", "10\t1\t99\n")]
    [TestCase(1, "expected a text for passage '7', found none in", "--hard-negatives", "{\"qid\":10,\"pos\":[7],\"neg\":{\"a\":[1]}}")]
    [TestCase(1, "expected negatives of \"b\", found none in", "--hard-negatives", "{\"qid\":10,\"pos\":[1],\"neg\":{\"a\":[2]}}", "--systems", "b")]
    [TestCase(2, "expected --per-system of at least 1, found 0", "--hard-negatives", "{\"qid\":10,\"pos\":[1],\"neg\":{\"a\":[2]}}", "--per-system", "0")]
    public void What_is_wrong_with_ids_is_said_in_one_line(int code, string message, string option, string content, params string[] options) =>
        Failing([option, Write("rows", content), "--queries", In("q.tsv"), "--collection", In("c.tsv"), .. options]).Failed(code, message);

    [Test]
    public void What_is_wrong_with_collections_is_said_in_one_line()
    {
        string rows = Write("ids.tsv", "10\t1\t2\n");

        Failing("--triples", rows, "--queries", In("q.tsv"), "--collection", Write("twice.tsv", "1\ta\n1\tb\n2\tc\n")).Failed(1, "expected each id once, found '1' again in row 2 of");
        Failing("--triples", rows, "--queries", In("q.tsv"), "--collection", Write("blank.tsv", "1\ta\n2\t \n")).Failed(1, "expected a text for passage '2', found an empty one in row 2 of");
        Failing("--triples", rows, "--queries", In("q.tsv")).Failed(2, "expected --queries and --collection together");
        Failing("--hard-negatives", rows).Failed(2, "expected --queries and --collection with --hard-negatives");
        Failing("--pairs", rows, "--queries", In("q.tsv"), "--collection", In("c.tsv")).Failed(2, "expected --queries and --collection with --triples or --hard-negatives");
        Failing("--paper-queries", rows).Failed(2, "expected --paper-queries and --paper-corpus together");
        Failing("--triples", rows, "--paper-queries", rows).Failed(2, "expected one of --triples, --hard-negatives, --paper-queries, --pairs and --teacher, found several");
        Failing("--triples", rows, "--systems", "a").Failed(2, "expected --systems with --hard-negatives");
        Failing("--paper-queries", Write("few.json", """{"1": {"query": "a", "pos": ["1"], "hard_neg": ["2"]}}"""), "--paper-corpus", Write("c.json", """{"1": "a"}"""))
            .Failed(1, "expected queries with a \"pos\" and 2 \"hard_neg\", found none among 1 in");
    }

    private byte[] Train(params string[] data)
    {
        Command(data).Succeeded();
        return Weights();
    }

    private byte[] Weights() => File.ReadAllBytes(Path.Combine(In("model"), "model.safetensors"));

    private CommandLine Command(params string[] data) => Failing([.. data, "--json"]);

    private CommandLine Failing(params string[] data) => CommandLine.Run(
        ["train", .. data, "--encoder", Plain, "--head", "linear", "--dim", "5", "--epochs", "1", "--batch", "2", "--negatives", "2", "--max-length", "12", "--out", In("model")]);
}
