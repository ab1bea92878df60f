using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Tools.Commands;

public sealed class MineCommandTests : CommandFixture
{
    private static readonly string[] Passages = ["red car fast", "red car old", "red tree", "blue sky", "blue car", "green"];

    [SetUp]
    public void WriteCollection()
    {
        Write("q.tsv", "q1\tred car\nq2\tblue sky\nq3\tnothing judged\n");
        Write("p.tsv", string.Concat(Passages.Select((passage, i) => $"p{i + 1}\t{passage}\n")));
        Write("qrels.txt", "q1 0 p1 2\nq1 0 p2 0\nq2 0 p4 1\nq2 0 gone 1\n");
    }

    [Test]
    public void Bm25_gives_rows_that_train_reads()
    {
        JsonElement json = Mine("--model", "bm25", "--negatives", "2").Json();

        // q2 has one negative only, p5: no other passage shares a word with it.
        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "red car\tred car fast\tred car old\tred tree" }));
        Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(1));
        Assert.That(json.GetProperty("positives_with_too_few_negatives").GetInt32(), Is.EqualTo(1));
        Assert.That(json.GetProperty("positives_not_in_the_collection").GetInt32(), Is.EqualTo(1));
        CommandLine.Run("train", "--triples", In("rows.tsv"), "--encoder", Plain, "--dim", "4", "--max-length", "8", "--out", In("model")).Succeeded();
    }

    [Test]
    public void A_model_ranks_by_fidelity([Values("top", "spread", "random")] string sampling)
    {
        JsonElement json = Mine("--model", Quantum, "--negatives", "2", "--range-min", "1", "--sampling", sampling).Json();

        string[][] rows = [.. File.ReadAllLines(In("rows.tsv")).Select(row => row.Split('\t'))];
        Assert.That(rows.Select(row => (row[0], row[1], row.Length)),
            Is.EqualTo(new[] { ("red car", "red car fast", 4), ("blue sky", "blue sky", 4) }));
        foreach (string[] row in rows)
        {
            // Five passages are no positive of the query, and the nearest of them is left out.
            string[] ranked =
                [.. Passages.Where(passage => passage != row[1]).OrderByDescending(passage => Fidelity(row[0], passage)).Skip(1)];
            if (sampling == "random") Assert.That(ranked.Where(row[2..].Contains), Is.EqualTo(row[2..]), "in the order of their ranks");
            else Assert.That(row[2..], Is.EqualTo(sampling == "top" ? ranked[..2] : [ranked[0], ranked[2]]));
        }
        Assert.That(json.GetProperty("mean_positive_score").GetDouble(),
            Is.EqualTo(rows.Average(row => Fidelity(row[0], row[1]))).Within(1e-5));
        Assert.That(json.GetProperty("mean_negative_score").GetDouble(),
            Is.EqualTo(rows.Average(row => row[2..].Average(negative => Fidelity(row[0], negative)))).Within(1e-5));
    }

    [Test]
    public void A_run_of_another_system_ranks_too_and_margins_mask_what_may_be_positive()
    {
        Write("run.trec", "q1 Q0 p6 1 9.5 x\nq1 Q0 p1 2 9 x\nq1 Q0 p3 3 7 x\nq1 Q0 unknown 4 6 x\nq1 Q0 p5 5 5 x\n");

        Mine("--run", In("run.trec"), "--negatives", "2", "--margin", "1").Succeeded();

        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "red car\tred car fast\tred tree\tblue car" }));
    }

    [Test]
    public void Queries_of_one_text_have_each_its_own_list_of_a_run()
    {
        Write("q.tsv", "q1\tred car\nq2\tred car\n");
        Write("qrels.txt", "q1 0 p1 1\nq2 0 p1 1\n");
        Write("run.trec", "q1 Q0 p6 1 9 x\nq2 Q0 p3 1 9 x\n");

        Mine("--run", In("run.trec"), "--negatives", "1").Succeeded();

        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "red car\tred car fast\tgreen", "red car\tred car fast\tred tree" }));
    }

    [Test]
    public void No_negative_has_the_text_of_a_positive_of_the_query_or_of_another_negative()
    {
        Write("q.tsv", "q1\twhat is the capital of france\n");
        Write("p.tsv", "p1\tParis is the capital of France\np2\tParis is the capital of France\np3\t what is the  CAPITAL of france\n"
            + "p4\tFrance has a capital and it is large\np5\tfrance has a capital and it is large \np6\tcats purr\np7\t   \np8\tthe capital\n");
        Write("qrels.txt", "q1 0 p1 1\n");

        JsonElement one = Mine("--model", "bm25", "--negatives", "1").Json();
        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "what is the capital of france\tParis is the capital of France\tFrance has a capital and it is large" }));
        Assert.That(one.GetProperty("mean_negative_score").GetDouble(), Is.LessThan(one.GetProperty("mean_positive_score").GetDouble()));

        Mine("--model", "bm25", "--negatives", "2").Succeeded();
        Assert.That(File.ReadAllLines(In("rows.tsv")).Single().Split('\t')[2..], Is.EqualTo(new[] { "France has a capital and it is large", "the capital" }));

        Mine("--model", "bm25", "--negatives", "3").Failed(1, "3 negatives, found none (1 positives with too few");
    }

    [Test]
    public void Copies_take_no_rank_and_never_keep_a_row_from_its_negatives()
    {
        // Forty copies of the positive rank above the two others.
        Write("q.tsv", "q1\tred car\n");
        Write("p.tsv", string.Concat(Enumerable.Range(0, 40).Select(i => $"copy{i}\tRed{new string(' ', 1 + i)}car\n")) + "p1\tred car fast\np2\tred old car tree\n");
        Write("qrels.txt", "q1 0 copy7 1\n");

        Mine("--model", "bm25", "--negatives", "1", "--range-min", "1", "--range-max", "2").Succeeded();

        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { $"red car\tRed{new string(' ', 8)}car\tred old car tree" }));
    }

    [Test]
    public void Answers_to_the_same_question_under_another_id_are_no_negatives()
    {
        Write("q.tsv", "q1\tred car\nq2\tRed Car\n");
        Write("qrels.txt", "q1 0 p1 1\nq2 0 p2 1\n");

        Mine("--model", "bm25", "--negatives", "1").Succeeded();

        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "red car\tred car fast\tred tree", "Red Car\tred car old\tred tree" }));
    }

    [Test]
    public void A_row_is_written_once()
    {
        Write("q.tsv", "q1\tred car\nq2\tred car\n");
        Write("p.tsv", "p1\tred car fast\np2\tRED car fast\np3\tred tree\n");
        Write("qrels.txt", "q1 0 p1 1\nq1 0 p2 1\nq2 0 p2 1\n");

        JsonElement json = Mine("--model", "bm25", "--negatives", "1").Json();

        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "red car\tred car fast\tred tree" }));
        Assert.That((json.GetProperty("rows").GetInt32(), json.GetProperty("positives_repeated").GetInt32()), Is.EqualTo((1, 2)));
    }

    [Test]
    public void Means_are_of_the_rows_that_are_written()
    {
        // The empty positive and the empty negative would have had scores of 100 and 50; what the run does not find has none.
        Write("p.tsv", "p1\tred car fast\np2\t \np3\tred tree\np4\tblue sky\np5\tblue car\n");
        Write("qrels.txt", "q1 0 p1 1\nq1 0 p2 1\nq2 0 p4 1\n");
        Write("run.trec", "q1 Q0 p2 1 100 x\nq1 Q0 p1 2 9 x\nq1 Q0 p3 3 7 x\nq2 Q0 p2 1 50 x\nq2 Q0 p5 2 3 x\n");

        JsonElement json = Mine("--run", In("run.trec"), "--negatives", "1").Json();

        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "red car\tred car fast\tred tree", "blue sky\tblue sky\tblue car" }));
        Assert.That((json.GetProperty("mean_positive_score").GetDouble(), json.GetProperty("mean_negative_score").GetDouble()), Is.EqualTo((9.0, 5.0)));
        Assert.That(json.GetProperty("positives_not_in_the_collection").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public void The_passage_with_the_querys_id_is_left_out_where_asked_for()
    {
        Write("q.tsv", "p2\tred car\n");
        Write("qrels.txt", "p2 0 p1 1\n");

        Mine("--model", "bm25", "--negatives", "1").Succeeded();
        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "red car\tred car fast\tred car old" }));
        Assert.That(Mine("--model", "bm25", "--negatives", "1", "--ignore-identical-ids").Json().GetProperty("ignore_identical_ids").GetBoolean(), Is.True);
        Assert.That(File.ReadAllLines(In("rows.tsv")), Is.EqualTo(new[] { "red car\tred car fast\tred tree" }));
    }

    [TestCase(2, "expected one of --model and --run")]
    [TestCase(2, "expected --sampling top, spread or random, found 'best'", "--model", "bm25", "--sampling", "best")]
    [TestCase(2, "expected --negatives of at least 1, found 0", "--model", "bm25", "--negatives", "0")]
    [TestCase(1, "expected a query with a positive and 50 negatives, found none", "--model", "bm25", "--negatives", "50")]
    public void What_is_wrong_is_said_in_one_line(int code, string message, params string[] options)
    {
        Mine(options).Failed(code, message);
        Assert.That(File.Exists(In("rows.tsv")), Is.False);
    }

    private double Fidelity(string query, string passage) =>
        SimilarityOracle.Fidelity(Embed(Quantum, EmbeddingFormat.Default, query), Embed(Quantum, EmbeddingFormat.Default, passage));

    private CommandLine Mine(params string[] options) =>
        CommandLine.Run(["mine", "--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels", In("qrels.txt"), "--output", In("rows.tsv"), "--json", .. options]);
}
