using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Tests.Tools.Commands;

public class IndexCommandTests : CommandFixture
{
    private const string Documents = "d1\tred cars\nd2\told green tree\nd3\tthe fast blue sky\nd4\tred cars\n";

    private static readonly string[] Texts = ["red cars", "old green tree", "the fast blue sky", "red cars"];

    [TestCase(true)]
    [TestCase(false)]
    public void An_index_holds_manifest_embeddings_documents_and_model(bool fidelity)
    {
        string model = fidelity ? Quantum : Linear;

        JsonElement json = CommandLine.Run("index", "--model", model, "--input", Write("in.tsv", Documents), "--output", In("index"), "--json").Json();

        Assert.That((json.GetProperty("documents").GetInt32(), json.GetProperty("dimension").GetInt32()), Is.EqualTo((4, 6)));
        Assert.That(Names(), Is.EqualTo(new[] { "in.tsv", "index" }));
        Assert.That(Directory.EnumerateFileSystemEntries(In("index")).Select(path => Path.GetFileName(path)), Is.EquivalentTo(new[] { "index.json", "segment-000001", "model", "writer.lock" }));
        // Rows lie as they are searched: angles as they are, vectors of length 1.
        float[] rows = new float[24];
        EmbeddingBlock.Keep(fidelity ? Similarity.Fidelity : Similarity.Cosine, 6, Embed(model, EmbeddingFormat.Default, Texts), rows);
        Assert.That(Read(In("index/segment-000001/embeddings.npy"), 4, 6), Is.EqualTo(rows));
        Assert.That(File.ReadAllLines(In("index/segment-000001/documents.jsonl"))[0], Is.EqualTo("""{"_id":"d1","text":"red cars"}"""));
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(In("index/index.json")));
        Assert.That(manifest.RootElement.GetProperty("similarity").GetString(), Is.EqualTo(fidelity ? "fidelity" : "cosine"));
        Assert.That(manifest.RootElement.GetProperty("model").GetString(), Is.EqualTo(fidelity ? "QBEC" : "BEC"));
    }

    [Test]
    public void Search_ranks_by_fidelity_with_equal_texts_in_order()
    {
        Build(Quantum);

        JsonElement json = CommandLine.Run("search", "--index", In("index"), "red", "cars", "--top", "3", "--json").Json();

        Assert.That(json.GetProperty("query").GetString(), Is.EqualTo("red cars"));
        JsonElement[] results = [.. json.GetProperty("results").EnumerateArray()];
        Assert.That(results.Select(result => result.GetProperty("rank").GetInt32()), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(results.Take(2).Select(result => result.GetProperty("id").GetString()), Is.EqualTo(new[] { "d1", "d4" }));
        Assert.That(results[0].GetProperty("text").GetString(), Is.EqualTo("red cars"));
        Assert.That(results[0].GetProperty("score").GetDouble(), Is.EqualTo(1).Within(1e-6));
        foreach (JsonElement result in results)
            Assert.That(Math.Exp(result.GetProperty("log_fidelity").GetDouble()), Is.EqualTo(result.GetProperty("score").GetDouble()).Within(1e-6));
    }

    [Test]
    public void Search_by_cosine_has_no_log_fidelity_and_a_table_without_json()
    {
        Build(Linear);

        JsonElement first = CommandLine.Run("search", "--index", In("index"), "old green tree", "--json").Json().GetProperty("results")[0];
        string table = CommandLine.Run("search", "--index", In("index"), "old green tree").Succeeded().Output;

        Assert.That(first.GetProperty("id").GetString(), Is.EqualTo("d2"));
        Assert.That(first.GetProperty("score").GetDouble(), Is.EqualTo(1).Within(1e-6));
        Assert.That(first.TryGetProperty("log_fidelity", out _), Is.False);
        Assert.That(table, Does.Contain("cosine").And.Contain("d2").And.Contain("old green tree").And.Contain("1.000000"));
    }

    [Test]
    public void Queries_on_standard_input_give_an_object_a_line()
    {
        Build(Quantum);

        CommandLine run = CommandLine.RunOn("red cars\n\nthe fast blue sky\n", "search", "--index", In("index"), "--top", "1", "--json");

        string[] lines = run.Succeeded().Output.TrimEnd('\n').Split('\n');
        Assert.That(lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("results")[0].GetProperty("id").GetString()), Is.EqualTo(new[] { "d1", "d3" }));
    }

    [Test]
    public void Control_characters_and_long_texts_do_not_reach_the_terminal()
    {
        CommandLine.Run("index", "--model", Quantum, "--input", Write("in.tsv", "d1\tred\u001b[31m " + new string('x', 1_000_000) + "\nd2\t[bold]blue[/]\n"), "--output", In("index")).Succeeded();

        string table = CommandLine.OnTerminal("search", "--index", In("index"), "[red] cars").Succeeded().Output;

        Assert.That(table, Does.Not.Contain("\u001b").And.Contain("\u2026").And.Contain("[bold]blue[/]").And.Contain("[red] cars"));
        Assert.That(table, Has.Length.LessThan(3000));
    }

    [Test]
    public void An_older_index_is_replaced_and_anything_else_is_not()
    {
        Build(Quantum);
        CommandLine.Run("index", "--model", Linear, "--input", Write("one.tsv", "x\tblue\n"), "--output", In("index")).Succeeded();
        Assert.That(NpyFile.Read(In("index/segment-000001/embeddings.npy")).Shape.ToArray(), Is.EqualTo(new[] { 1, 6 }));

        Write("index/model/notes.txt", "mine");
        CommandLine.Run("index", "--model", Quantum, "--input", In("one.tsv"), "--output", In("index")).Failed(1, "notes.txt", "index");
        File.Delete(In("index/model/notes.txt"));

        Directory.CreateDirectory(In("mine"));
        Write("mine/thesis.txt", "precious");
        CommandLine.Run("index", "--model", Quantum, "--input", In("one.tsv"), "--output", In("mine")).Failed(1, "thesis.txt", "mine");
        CommandLine.Run("index", "--model", Quantum, "--input", In("one.tsv"), "--output", In("one.tsv"))
            .Failed(2, "expected --input outside of the folder that --output writes");
        CommandLine.Run("index", "--model", Quantum, "--input", In("one.tsv"), "--output", In("none/index")).Failed(1, "none");
        Assert.That(Names(), Is.EqualTo(new[] { "in.tsv", "index", "mine", "one.tsv" }));
        Assert.That(File.ReadAllText(In("mine/thesis.txt")), Is.EqualTo("precious"));
    }

    [TestCase("twice.tsv", "a\tred\nb\tblue\na\tsky\n", "'a'")]
    [TestCase("column.tsv", "a\tred\nb\n", "line 2 of")]
    [TestCase("empty.txt", "", "empty.txt")]
    public void Bad_documents_leave_the_older_index_untouched(string name, string content, string part)
    {
        Build(Quantum);

        CommandLine.Run("index", "--model", Quantum, "--input", Write(name, content), "--output", In("index")).Failed(1, name, part);

        Assert.That(Names(), Is.EqualTo(new[] { "in.tsv", "index", name }.Order(StringComparer.Ordinal)));
        CommandLine.Run("search", "--index", In("index"), "red").Succeeded();
    }

    [Test]
    public void Files_that_do_not_fit_each_other_are_refused()
    {
        Build(Quantum);
        string manifest = File.ReadAllText(In("index/index.json"));

        Write("index/index.json", manifest.Replace("\"documents\": 4", "\"documents\": 5", StringComparison.Ordinal));
        Search().Failed(1, "5 documents", "found 4", "segment-000001");
        Write("index/index.json", manifest.Replace("\"dimension\": 6", "\"dimension\": 7", StringComparison.Ordinal));
        Search().Failed(1, "4 of 6", "of 7 numbers", "embeddings.npy");
        Write("index/index.json", manifest.Replace("\"format\": 5", "\"format\": 4", StringComparison.Ordinal));
        Search().Failed(1, "format 5", "found format 4", "qengine index --model");
        Write("index/index.json", manifest.Replace("fidelity", "distance", StringComparison.Ordinal));
        Search().Failed(1, "similarity");
        Write("index/index.json", "[1");
        Search().Failed(1, "JSON", "index.json");
        Write("index/index.json", manifest);

        // A damaged block is a warning: it is left out, which here is everything.
        byte[] documents = File.ReadAllBytes(In("index/segment-000001/documents.jsonl"));
        documents[3] ^= 1;
        File.WriteAllBytes(In("index/segment-000001/documents.jsonl"), documents);
        CommandLine damaged = Search();
        Assert.That(damaged.Succeeded().Error, Does.Contain("warning: expected the checksum of bytes 0 to 1048575").And.Contain("4 documents of"));
        CommandLine verified = CommandLine.Run("index", "--verify", "--output", In("index"), "--json");
        Assert.That((verified.Code, JsonDocument.Parse(verified.Output).RootElement.GetProperty("sound").GetBoolean()),
            Is.EqualTo((1, false)));
        Write("index/index.json", manifest.Replace("\"fingerprint\": \"", "\"fingerprint\": \"0", StringComparison.Ordinal));
        Search().Failed(1, "a fingerprint of 32 hexadecimal digits", "index.json");
        Write("index/index.json", manifest);
        Directory.Delete(In("index/model"), recursive: true);
        Search().Failed(1, "model");
        File.WriteAllBytes(In("index/segment-000001/embeddings.npy"), File.ReadAllBytes(In("index/segment-000001/embeddings.npy"))[..^4]);
        Search().Failed(1, "embeddings.npy");

        CommandLine Search() => CommandLine.Run("search", "--index", In("index"), "red");
    }

    [Test]
    public void Documents_are_appended_replaced_deleted_and_merged()
    {
        Build(Quantum);
        string[] Found() => [.. CommandLine.Run("search", "--index", In("index"), "red", "cars", "--json").Json().GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetString()!)];

        CommandLine.Run("index", "--append", "--input", Write("more.tsv", "d5\tred cars\n"), "--output", In("index")).Succeeded();
        Assert.That(Found(), Has.Length.EqualTo(5));
        CommandLine.Run("index", "--append", "--input", In("more.tsv"), "--output", In("index")).Failed(1, "expected ids that the index does not have, found 'd5'");
        JsonElement replaced = CommandLine.Run("index", "--append", "--replace", "--input", Write("more.tsv", "d5\tblue sky\nd1\told green tree\n"), "--output", In("index"), "--json").Json();
        Assert.That((replaced.GetProperty("documents").GetInt32(), replaced.GetProperty("segments").GetInt32()), Is.EqualTo((5, 2)), "a segment without documents is not kept");
        Assert.That(Found()[0], Is.EqualTo("d4"), "d1 and d5 say something else now");
        CommandLine deleted = CommandLine.Run("index", "--delete", Write("ids.txt", "d4\nunknown\n"), "--output", In("index"), "--json");
        Assert.That((deleted.Json().GetProperty("deleted").GetInt32(), deleted.Json().GetProperty("not_found").GetInt32()),
            Is.EqualTo((1, 1)));
        Assert.That(deleted.Error, Is.EqualTo("warning: 1 id not found in the index: 'unknown'\n"));
        JsonElement merged = CommandLine.Run("index", "--compact", "--output", In("index"), "--json").Json();

        Assert.That((merged.GetProperty("documents").GetInt32(), merged.GetProperty("segments").GetInt32(), merged.GetProperty("sound").GetBoolean()), Is.EqualTo((4, 1, true)));
        Assert.That(Found(), Is.EquivalentTo(new[] { "d1", "d2", "d3", "d5" }));
        Assert.That(Directory.EnumerateFileSystemEntries(In("index")).Select(path => Path.GetFileName(path)), Is.EquivalentTo(new[] { "index.json", "segment-000004", "model", "writer.lock" }));
    }

    [TestCase("expected --compact with --drop-damaged, found none", "--drop-damaged", "--verify")]
    [TestCase("expected --compact with --drop-damaged, found none", "--append", "--input", "i", "--drop-damaged")]
    [TestCase("expected --append with --replace", "--replace", "--model", "m", "--input", "i")]
    [TestCase("expected --input with --append", "--append")]
    [TestCase("expected no --model with --append", "--append", "--input", "i", "--model", "m")]
    [TestCase("expected --model and --input for a new index", "--input", "i")]
    [TestCase("expected no --model and --input with --delete", "--compact", "--input", "i")]
    [TestCase("expected --codes 8, 4, 1 or none, found '7'", "--compact", "--codes", "7")]
    [TestCase("expected --codes for a new index or with --compact", "--verify", "--codes", "8")]
    [TestCase("expected --codes for a new index or with --compact", "--append", "--input", "i", "--codes", "8")]
    public void Options_that_do_not_fit_are_wrong_usage(string message, params string[] options) =>
        CommandLine.Run(["index", "--output", In("index"), .. options]).Failed(2, message);

    [Test]
    public void Wrong_usage_is_exit_code_2()
    {
        Build(Quantum);

        CommandLine.Run("search", "--index", In("index"), "--top", "0", "red").Failed(2, "--top", "0");
        CommandLine.Run("search", "--index", In("index"), "--top", "many", "red").Failed(2, "many");
        CommandLine.Run("search", "--index", In("index"), " ").Failed(2, "query");
        CommandLine.Run("search", "--index", In("index")).Failed(2, "query");
        CommandLine.Run("search", "red").Failed(2, "--index");
        CommandLine.Run("search", "--index", In("none"), "red").Failed(1, "none");
        CommandLine.Run([0xC3, (byte)'\n'], "search", "--index", In("index")).Failed(1, "UTF-8", "standard input");
    }

    private void Build(string model) => CommandLine.Run("index", "--model", model, "--input", Write("in.tsv", Documents), "--output", In("index")).Succeeded();
}
