using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Storage;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>index --embeddings</c> and <c>search --embeddings</c>: vectors without a model.</summary>
public sealed class VectorIndexTests : CommandFixture
{
    private static readonly string[] Texts = ["red car", "blue sky", "old tree", "fast cars", "green green sky", "old red tree"];

    private string Ids => Write("ids.txt", string.Concat(Texts.Select((_, i) => $"d{i}\n")));

    [Test]
    public void Vectors_are_found_as_the_texts_are_by_their_model([Values("plain", "quantum")] string name)
    {
        string model = name == "plain" ? Plain : Quantum, similarity = name == "plain" ? "cosine" : "fidelity";
        string documents = Write("texts.tsv", string.Concat(Texts.Select((text, i) => $"d{i}\t{text}\n"))), queries = Write("queries.tsv", "q1\tred tree\nq2\tgreen car\n");
        Embed(model, "texts.tsv", "x.npy");
        Embed(model, "queries.tsv", "q.npy");
        Write("qids.txt", "q1\nq2\n");
        CommandLine.Run("index", "--model", model, "--input", documents, "--output", In("texts.index")).Succeeded();
        JsonElement json = CommandLine.Run("index", "--embeddings", In("x.npy"), "--ids", Ids, "--similarity", similarity, "--out", In("x.index"), "--json").Json();

        CommandLine.Run("search", "--index", In("texts.index"), "--queries", queries, "--run", In("expected.trec")).Succeeded();
        CommandLine.Run("search", "--index", In("x.index"), "--embeddings", In("q.npy"), "--ids", In("qids.txt"), "--run", In("found.trec")).Succeeded();
        CommandLine.Run("search", "--index", In("texts.index"), "--embeddings", In("q.npy"), "--ids", In("qids.txt"), "--run", In("other.trec")).Succeeded();

        Assert.That(File.ReadAllText(In("found.trec")), Is.EqualTo(File.ReadAllText(In("expected.trec"))).And.Contain("q2 Q0 d"));
        Assert.That(File.ReadAllText(In("other.trec")), Is.EqualTo(File.ReadAllText(In("expected.trec"))), "vectors in place of the index's model");
        Assert.That((json.GetProperty("documents").GetInt32(), json.GetProperty("added").GetInt32(), json.GetProperty("similarity").GetString()), Is.EqualTo((6, 6, similarity)));
        Assert.That(json.TryGetProperty("embedded", out _), Is.False);
        Assert.That(Directory.Exists(In("x.index/model")), Is.False);
    }

    [Test]
    public void Results_name_documents_and_queries_by_ids_or_rows()
    {
        NpyFile.Write(In("x.npy"), [1, 0, 0, 1, 1, 1], 3, 2);
        NpyFile.Write(In("q.npy"), [0, 2, 3, 0], 2, 2);

        CommandLine made = CommandLine.Run("index", "--embeddings", In("x.npy"), "--output", In("index")).Succeeded();
        string[] lines = CommandLine.Run("search", "--index", In("index"), "--embeddings", In("q.npy"), "--top", "2", "--json").Succeeded().Output.TrimEnd().Split('\n');
        string table = CommandLine.Run("search", "--index", In("index"), "--embeddings", In("q.npy"), "--top", "1").Succeeded().Output;

        Assert.That(made.Output, Is.EqualTo($"3 documents of dimension 2 in 1 segment, 3 added as vectors: {In("index")}\n"));
        Assert.That(lines, Has.Length.EqualTo(2));
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.That((first.GetProperty("query_id").GetString(), first.GetProperty("query").GetString()), Is.EqualTo(("0", "")));
        Assert.That(first.GetProperty("results").EnumerateArray().Select(hit => hit.GetProperty("id").GetString()), Is.EqualTo(new[] { "1", "2" }));
        Assert.That(first.GetProperty("results")[0].GetProperty("score").GetDouble(), Is.EqualTo(1).Within(1e-6));
        Assert.That(table, Does.Contain("1.000000\t1").And.Contain("1.000000\t0"));
    }

    [Test]
    public void Vectors_are_appended_replaced_deleted_and_merged()
    {
        NpyFile.Write(In("x.npy"), [1, 0, 0, 1], 2, 2);
        NpyFile.Write(In("more.npy"), [1, 1, -1, 0], 2, 2);
        Write("x.txt", "a\nb\n");
        Write("more.txt", "c\nb\n");
        CommandLine.Run("index", "--embeddings", In("x.npy"), "--ids", In("x.txt"), "--codes", "none", "--output", In("index")).Succeeded();

        CommandLine.Run("index", "--append", "--embeddings", In("more.npy"), "--ids", In("more.txt"), "--output", In("index")).Failed(1, "expected ids that the index does not have, found 'b'");
        JsonElement appended = CommandLine.Run("index", "--append", "--replace", "--embeddings", In("more.npy"), "--ids", In("more.txt"), "--output", In("index"), "--json").Json();
        CommandLine.Run("index", "--delete", In("x.txt"), "--output", In("index")).Succeeded();
        JsonElement merged = CommandLine.Run("index", "--compact", "--codes", "8", "--verify", "--output", In("index"), "--json").Json();
        JsonElement found = JsonDocument.Parse(CommandLine.Run("search", "--index", In("index"), "--embeddings", In("x.npy"), "--codes", "8", "--json").Succeeded().Output.Split('\n')[0]).RootElement;

        Assert.That((appended.GetProperty("documents").GetInt32(), appended.GetProperty("added").GetInt32()), Is.EqualTo((3, 2)));
        Assert.That((merged.GetProperty("documents").GetInt32(), merged.GetProperty("sound").GetBoolean()), Is.EqualTo((1, true)));
        Assert.That(found.GetProperty("results").EnumerateArray().Select(hit => hit.GetProperty("id").GetString()), Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public void Candidates_are_ranked_and_identical_ids_left_out()
    {
        NpyFile.Write(In("x.npy"), [1, 0, 0, 1, 1, 1], 3, 2);
        Write("x.txt", "a\nb\nc\n");
        Write("candidates.trec", "a Q0 c 1 2 x\na Q0 b 2 1 x\n");
        CommandLine.Run("index", "--embeddings", In("x.npy"), "--ids", In("x.txt"), "--output", In("index")).Succeeded();
        NpyFile.Write(In("q.npy"), [1, 0], 1, 2);
        Write("q.txt", "a\n");
        string[] query = ["search", "--index", In("index"), "--embeddings", In("q.npy"), "--ids", In("q.txt"), "--json"];

        Assert.That(Found([.. query, "--candidates", In("candidates.trec")]), Is.EqualTo(new[] { "c", "b" }));
        Assert.That(Found([.. query, "--ignore-identical-ids"]), Is.EqualTo(new[] { "c", "b" }));
        Assert.That(Found(query), Is.EqualTo(new[] { "a", "c", "b" }));

        static string?[] Found(string[] arguments) =>
            [.. CommandLine.Run(arguments).Json().GetProperty("results").EnumerateArray().Select(hit => hit.GetProperty("id").GetString())];
    }

    [Test]
    public void Texts_are_asked_for_in_vain_and_said_so_in_one_line()
    {
        NpyFile.Write(In("x.npy"), [1, 0, 0, 1], 2, 2);
        string texts = Write("texts.tsv", "d9\tred\n");
        CommandLine.Run("index", "--embeddings", In("x.npy"), "--output", In("index")).Succeeded();
        CommandLine.Run("index", "--model", Plain, "--input", texts, "--output", In("texts.index")).Succeeded();
        string message = $"expected an index with a model, to embed texts, found one of vectors alone: {In("index")}; --embeddings ";

        CommandLine.Run("search", "--index", In("index"), "red car").Failed(1, message + "takes queries as vectors");
        CommandLine.RunOn("red car\n", "search", "--index", In("index")).Failed(1, message);
        CommandLine.Run("search", "--index", In("index"), "--queries", texts).Failed(1, message);
        CommandLine.Run("search", "--index", In("index"), "--hybrid", "rrf", "red").Failed(1, message);
        CommandLine.Run("index", "--append", "--input", texts, "--output", In("index")).Failed(1, message + "adds vectors");
        CommandLine.Run("index", "--append", "--embeddings", In("x.npy"), "--output", In("texts.index")).Failed(1, "expected an index without a model for --embeddings");
    }

    [Test]
    public void Vectors_that_do_not_fit_are_refused_and_nothing_is_written()
    {
        NpyFile.Write(In("x.npy"), [1, 0, 0, 1], 2, 2);
        NpyFile.Write(In("wide.npy"), [1, 0, 0], 1, 3);
        NpyFile.Write(In("flat.npy"), [1, 0, 0], 3);
        NpyFile.Write(In("nan.npy"), [1, float.NaN], 1, 2);
        Write("one.txt", "a\n");
        Write("same.txt", "a\na\n");
        Write("blank.txt", "a\n \n");

        Refused(1, "expected vectors [rows, d], found an array of 3 numbers in 1 dimension(s) in ", "--embeddings", In("flat.npy"));
        Refused(1, "expected finite numbers, found NaN at row 0, column 1 of ", "--embeddings", In("nan.npy"));
        Refused(1, "expected 2 ids, one for each vector, found 1 in ", "--embeddings", In("x.npy"), "--ids", In("one.txt"));
        Refused(1, "expected each id once, found \"a\" again, line 2 of ", "--embeddings", In("x.npy"), "--ids", In("same.txt"));
        Refused(1, "expected an id, found an empty line, line 2 of ", "--embeddings", In("x.npy"), "--ids", In("blank.txt"));
        Refused(1, "expected a readable file, found no such file", "--embeddings", In("none.npy"));
        Refused(2, "expected --embeddings or --model and --input, found both", "--embeddings", In("x.npy"), "--model", Plain);
        Refused(2, "expected --embeddings with --ids, found none", "--model", Plain, "--input", In("one.txt"), "--ids", In("one.txt"));
        Refused(2, "expected --similarity with --embeddings for a new index", "--model", Plain, "--input", In("one.txt"), "--similarity", "fidelity");
        Refused(2, "expected --similarity cosine, fidelity or state-fidelity, found 'dot'", "--embeddings", In("x.npy"), "--similarity", "dot");
        Refused(2, "expected no --embeddings with --delete, --compact, --verify or --merge", "--embeddings", In("x.npy"), "--verify");
        Assert.That(Directory.Exists(In("index")), Is.False);

        CommandLine.Run("index", "--embeddings", In("x.npy"), "--output", In("index")).Succeeded();
        Refused(1, "expected vectors of 2 numbers as the index has, found 3 in ", "--append", "--embeddings", In("wide.npy"));
        Refused(2, "expected --similarity with --embeddings for a new index", "--append", "--embeddings", In("x.npy"), "--similarity", "cosine");
        Search(1, "expected vectors of 2 numbers as the index has, found 3 in ", "--embeddings", In("wide.npy"));
        Search(2, "expected --queries or --embeddings, found both", "--embeddings", In("x.npy"), "--queries", In("one.txt"));
        Search(2, "expected --embeddings or a query, found both", "--embeddings", In("x.npy"), "red");
        Search(2, "expected --embeddings with --ids, found none", "--ids", In("one.txt"), "red");
        Search(2, "expected queries of words with --hybrid, found --embeddings", "--embeddings", In("x.npy"), "--hybrid", "rrf");

        void Refused(int code, string message, params string[] arguments) => CommandLine.Run(["index", "--output", In("index"), .. arguments]).Failed(code, message);
        void Search(int code, string message, params string[] arguments) => CommandLine.Run(["search", "--index", In("index"), .. arguments]).Failed(code, message);
    }

    [Test]
    public void An_index_of_either_kind_replaces_the_other()
    {
        NpyFile.Write(In("x.npy"), [1, 0, 0, 1], 2, 2);
        string texts = Write("texts.tsv", "d1\tred car\nd2\tblue sky\n");

        CommandLine.Run("index", "--model", Plain, "--input", texts, "--output", In("index")).Succeeded();
        CommandLine.Run("index", "--embeddings", In("x.npy"), "--output", In("index")).Succeeded();
        CommandLine.Run("search", "--index", In("index"), "--embeddings", In("x.npy")).Succeeded();
        CommandLine.Run("index", "--model", Plain, "--input", texts, "--output", In("index")).Succeeded();

        Assert.That(CommandLine.Run("search", "--index", In("index"), "--json", "red car").Json().GetProperty("results")[0].GetProperty("id").GetString(), Is.EqualTo("d1"));
    }

    private void Embed(string model, string texts, string vectors) =>
        CommandLine.Run("embed", "--model", model, "--input", In(texts), "--output", In(vectors)).Succeeded();
}
