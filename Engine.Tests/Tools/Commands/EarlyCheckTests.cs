using System.Text.Json;
using NUnit.Framework;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

/// <summary>What would fail at the end is found at the beginning: nothing has been embedded or trained by then.</summary>
public sealed class EarlyCheckTests : CommandFixture
{
    private const string Rows = "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n";

    [TestCase("q 1", "d1", "query ids", "\"q 1\"")]
    [TestCase("q1", "a b", "document ids", "\"a b\"")]
    [TestCase("q1", "a\u00a0b", "document ids", "a\\u00A0b")]
    [TestCase("q\\u0001", "d1", "query ids", "\\u0001")]
    public void Ids_that_a_run_cannot_hold_are_found_before_the_search(string query, string document, string what, string shown)
    {
        Write("d.jsonl", $"{{\"_id\":\"{document}\",\"text\":\"red\"}}\n{{\"_id\":\"e\",\"text\":\"blue\"}}\n");
        Write("q.jsonl", $"{{\"_id\":\"{query}\",\"text\":\"red\"}}\n");
        CommandLine.Run("index", "--model", Quantum, "--input", In("d.jsonl"), "--output", In("index")).Succeeded();
        File.WriteAllText(In("qrels.tsv"),
            $"{JsonSerializer.Deserialize<string>($"\"{query}\"")}\t{JsonSerializer.Deserialize<string>($"\"{document}\"")}\t1\n");
        string[] evaluate = ["evaluate", "--queries", In("q.jsonl"), "--passages", In("d.jsonl"), "--qrels", In("qrels.tsv")];

        CommandLine search = CommandLine.Run("search", "--index", In("index"), "--queries", In("q.jsonl"), "--run", In("r.trec"));
        CommandLine bm25 = CommandLine.Run([.. evaluate, "--model", "bm25", "--run", In("r.trec")]),
            model = CommandLine.Run([.. evaluate, "--model", Quantum, "--run", In("r.trec")]);

        foreach (CommandLine run in new[] { search, bm25, model })
        {
            run.Failed(1, $"expected {what} without white space and control characters for a run", shown);
            Assert.That(run.Error, Does.Not.Contain("embedding").And.Not.Contain("searching"));
        }
        CommandLine.Run("search", "--index", In("index"), "--queries", In("q.jsonl"), "--json").Succeeded();
        CommandLine.Run([.. evaluate, "--model", Quantum]).Succeeded();
        Assert.That(File.Exists(In("r.trec")), Is.False);
    }

    [Test]
    public void Documents_that_no_query_ranks_may_have_any_id()
    {
        Write("d.tsv", "a b\tred\nd1\tred car\nd2\tblue\n");
        Write("q.tsv", "q1\tred\n");
        Write("qrels.txt", "q1 0 d1 1\n");

        CommandLine.Run("evaluate", "--model", Quantum, "--judged-only", "--queries", In("q.tsv"), "--passages", In("d.tsv"), "--qrels",
            In("qrels.txt"), "--run", In("r.trec")).Succeeded();
        CommandLine.Run("evaluate", "--model", Quantum, "--queries", In("q.tsv"), "--passages", In("d.tsv"), "--qrels", In("qrels.txt"),
            "--run", In("r.trec")).Failed(1, "\"a b\" in", "d.tsv");
    }

    [Test]
    public void Ids_that_the_index_has_are_found_before_the_documents_are_embedded()
    {
        CommandLine.Run("index", "--model", Quantum, "--input", Write("a.tsv", "d1\tred\nd2\tblue\n"), "--output", In("index")).Succeeded();

        CommandLine run = CommandLine.Run("index", "--append", "--input", Write("b.tsv", "d3\tgreen\nd2\tblue\nd1\told\n"), "--output",
            In("index"));

        run.Failed(1, "expected ids that the index does not have, found 'd1' and 1 more");
        Assert.That(run.Error, Does.Not.Contain("embedding"));
    }

    [Test]
    public void An_index_that_may_not_be_written_is_found_before_the_documents_are_embedded()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: sets Unix permissions");
        CommandLine.Run("index", "--model", Quantum, "--input", Write("a.tsv", "d1\tred\n"), "--output", In("index")).Succeeded();

        foreach (string part in new[] { "index", "index/index.json" })
        {
            // The superuser may write into any folder.
            if (part == "index" && Environment.IsPrivilegedProcess) continue;
            using IDisposable protection = Permissions.Protect(In(part));
            CommandLine run = CommandLine.Run("index", "--append", "--input", Write("b.tsv", "d2\tblue\n"), "--output", In("index"));
            run.Failed(1, part == "index" ? "no permission" : "found a read-only one");
            Assert.That(run.Error, Does.Not.Contain("embedding"));
        }
    }

    [Test]
    public void Passages_of_a_test_that_are_malformed_are_found_before_the_training()
    {
        Write("rows.tsv", Rows);
        (string Name, string Passages, string Part)[] cases =
            [("broken", "p1\tred\np2\n", "line 2 of"), ("twice", "p1\tred\np1\tblue\n", "each id once")];
        foreach ((string name, string passages, string part) in cases)
        {
            Directory.CreateDirectory(In(name));
            Write($"{name}/queries.tsv", "q1\tred\n");
            Write($"{name}/qrels.txt", "q1 0 p1 1\n");
            Write($"{name}/passages.tsv", passages);
            CommandLine run = CommandLine.Run("train", "--triples", In("rows.tsv"), "--encoder", Plain, "--dim", "4", "--max-length", "8",
                "--test", In(name), "--out", In("model"));
            run.Failed(1, part, "passages.tsv");
            Assert.That(run.Error, Does.Not.Contain("epoch"));
        }
    }

    [TestCase("expected --best-by loss, accuracy, found 'dev_loss'", "--best-by", "dev_loss")]
    [TestCase("expected --best-by with --patience, found none", "--patience", "2")]
    [TestCase("expected --loss ranking for these rows, found 'mse'", "--loss", "mse")]
    public void Options_of_a_training_are_looked_at_before_its_rows(string message, params string[] options) =>
        CommandLine.Run(["train", "--triples", Write("rows.tsv", "broken\n"), "--encoder", Plain, "--dim", "4", "--out", In("model"),
            .. options]).Failed(2, message);

    [Test]
    public void First_weights_of_a_head_are_looked_at_before_its_rivals_are_fitted()
    {
        CommandLine.Run("embed", "--model", Plain, "--input", Write("t.txt", "red\nblue\ngreen\nold car\n"), "--output", In("x.npy"))
            .Succeeded();

        CommandLine run = CommandLine.Run("train-head", "--embeddings", In("x.npy"), "--head", "quantum", "--dim", "4", "--initial",
            Path.Combine(Quantum, "model.safetensors"), "--out", In("head"));

        run.Failed(1, "model.safetensors");
        Assert.That(run.Error, Does.Not.Contain("PCA"));
    }

    [Test]
    public void Judgements_and_a_collection_that_make_no_row_are_found_before_it_is_embedded()
    {
        Write("q.tsv", "q1\tred\n");
        Write("p.tsv", "p1\tred\np2\tblue\n");
        (string Judgement, string Message)[] cases =
        [
            ("q1 0 p1 0\n", "expected a query with a positive, judged 1 or above, found none"),
            ("q1 0 p9 1\n", "expected the text of a positive, found none of 1"),
            ("q1 0 p1 1\n", "expected a query with a positive and 5 negatives, found none from rank 0 on among the 2 of"),
        ];

        foreach ((string judgement, string message) in cases)
        {
            CommandLine run = CommandLine.Run("mine", "--model", Quantum, "--queries", In("q.tsv"), "--passages", In("p.tsv"), "--qrels",
                Write("qrels.txt", judgement), "--output", In("rows.tsv"));
            run.Failed(1, message);
            Assert.That(run.Error, Does.Not.Contain("embedding"));
        }
    }
}
