using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;

namespace QEngine.Tests.Tools.Commands;

public class EmbedCommandTests : CommandFixture
{
    private static readonly string[] Texts = ["red cars", "old green tree", "", "the fast blue sky"];

    [TestCase("lines.txt", "red cars\nold green tree\n\nthe fast blue sky\n")]
    [TestCase("rows.tsv", "a\tred cars\nb\told green tree\nc\t\nd\tthe fast blue sky\n")]
    [TestCase("rows.jsonl", """
        {"_id":"a","text":"red cars"}
        {"_id":"b","text":"old green tree"}
        {"_id":"c","text":""}
        {"_id":"d","text":"the fast blue sky"}
        """)]
    public void Every_kind_of_file_gives_the_librarys_embeddings(string name, string content)
    {
        CommandLine run = CommandLine.Run("embed", "--model", Quantum, "--input", Write(name, content), "--output", In("out.npy"));

        Assert.That(run.Succeeded().Output, Does.Contain("4 texts x 6 angles"));
        Assert.That(Read(In("out.npy"), 4, 6), Is.EqualTo(Embed(Quantum, EmbeddingFormat.Default, Texts)));
        Assert.That(Names(), Is.EqualTo(new[] { name, "out.npy" }.Order(StringComparer.Ordinal)));
    }

    [TestCase("angles", EmbeddingFormat.Angles, 6)]
    [TestCase("amplitudes", EmbeddingFormat.Amplitudes, 12)]
    [TestCase("expectations", EmbeddingFormat.Expectations, 6)]
    public void Quantum_models_have_three_formats(string name, EmbeddingFormat format, int width)
    {
        Stopwatch watch = Stopwatch.StartNew();
        JsonElement json = CommandLine.Run("embed", "--model", Quantum, "--input", Write("in.txt", string.Join('\n', Texts)), "--output", In("out.npy"), "--format", name, "--json").Json();
        double elapsed = watch.Elapsed.TotalSeconds;

        Assert.That((json.GetProperty("texts").GetInt32(), json.GetProperty("width").GetInt32(), json.GetProperty("format").GetString()), Is.EqualTo((4, width, name)));
        Assert.That(json.GetProperty("output").GetString(), Is.EqualTo(In("out.npy")));
        // Seconds are rounded to thousandths, the rate to tenths.
        double seconds = json.GetProperty("seconds").GetDouble(), rate = json.GetProperty("texts_per_second").GetDouble();
        Assert.That(seconds, Is.InRange(0, elapsed));
        Assert.That(rate, Is.GreaterThanOrEqualTo((4 / elapsed) - 0.05));
        Assert.That(4 / rate, Is.EqualTo(seconds).Within(0.0006 + (0.05 * seconds / rate)));
        Assert.That(Read(In("out.npy"), 4, width), Is.EqualTo(Embed(Quantum, format, Texts)));
    }

    [Test]
    public void Cosine_models_give_their_plain_vectors()
    {
        string input = Write("in.txt", string.Join('\n', Texts));
        CommandLine.Run("embed", "--model", Linear, "--input", input, "--output", In("linear.npy")).Succeeded();
        CommandLine.Run("embed", "--model", Plain, "--input", input, "--output", In("plain.npy")).Succeeded();

        Assert.That(Read(In("linear.npy"), 4, 6), Is.EqualTo(Embed(Linear, EmbeddingFormat.Default, Texts)));
        Assert.That(Read(In("plain.npy"), 4, 16), Is.EqualTo(Embed(Plain, EmbeddingFormat.Default, Texts)));
    }

    [Test]
    public void More_texts_than_a_window_have_the_bits_of_one_by_one_in_the_order_of_the_file_and_a_text_of_1_MB_passes()
    {
        string[] words = ["red", "car", "blue", "cars", "old", "unknown"];
        string[] texts = [.. Enumerable.Range(0, 9000).Select(i => string.Join(' ', Enumerable.Range(0, i * 7 % 31).Select(word => words[(i + word * word) % words.Length])))];
        texts[700] = string.Concat(Enumerable.Repeat("old red tree ", 80_000));

        CommandLine.Run("embed", "--model", Quantum, "--input", Write("in.txt", string.Join('\n', texts) + "\n"), "--output", In("out.npy")).Succeeded();

        SentenceEmbedder embedder = ModelFolder.Load(Quantum);
        Assert.That(Read(In("out.npy"), 9000, 6), Is.EqualTo(texts.SelectMany(embedder.Embed)));
    }

    [TestCase("empty.txt", "", "empty")]
    [TestCase("column.tsv", "a\tred\nb\n", "line 2 of")]
    [TestCase("field.jsonl", "{\"_id\":\"a\"}\n", "line 1 of")]
    [TestCase("broken.jsonl", "{\"_id\":\"a\",\n", "line 1 of")]
    public void Bad_files_fail_in_one_line_and_leave_nothing(string name, string content, string part)
    {
        CommandLine.Run("embed", "--model", Quantum, "--input", Write(name, content), "--output", In("out.npy")).Failed(1, name, part);

        Assert.That(Names(), Is.EqualTo(new[] { name }));
    }

    [Test]
    public void Invalid_UTF8_is_named_by_line()
    {
        File.WriteAllBytes(In("in.tsv"), [.. "a\tred\nb\t"u8, 0xFF, .. "\n"u8]);

        CommandLine.Run("embed", "--model", Quantum, "--input", In("in.tsv"), "--output", In("out.npy")).Failed(1, "line 2 of", "in.tsv", "0xFF");

        Assert.That(Names(), Is.EqualTo(new[] { "in.tsv" }));
    }

    [Test]
    public void An_existing_output_survives_a_failure()
    {
        Write("out.npy", "precious");

        CommandLine.Run("embed", "--model", Quantum, "--input", Write("in.tsv", "a\tred\nb\n"), "--output", In("out.npy")).Failed(1, "line 2 of", "in.tsv");

        Assert.That(File.ReadAllText(In("out.npy")), Is.EqualTo("precious"));
    }

    [Test]
    public void Missing_or_unwritable_places_fail()
    {
        string input = Write("in.txt", "red\n");

        CommandLine.Run("embed", "--model", In("none"), "--input", input, "--output", In("out.npy")).Failed(1, "none");
        CommandLine.Run("embed", "--model", Quantum, "--input", In("none.txt"), "--output", In("out.npy")).Failed(1, "none.txt");
        CommandLine.Run("embed", "--model", Quantum, "--input", input, "--output", In("none/out.npy")).Failed(1, "no such folder");
        CommandLine.Run("embed", "--model", Quantum, "--input", input, "--output", Folder).Failed(1, "a folder of that name");
        CommandLine.Run("embed", "--model", Linear, "--input", input, "--output", In("out.npy"), "--format", "angles").Failed(1, "quantum model", "angles");
        Assert.That(Names(), Is.EqualTo(new[] { "in.txt" }));
    }

    [Test]
    public void Wrong_usage_is_exit_code_2()
    {
        string input = Write("in.txt", "red\n");

        CommandLine.Run("embed", "--model", Quantum, "--input", input, "--output", In("out.npy"), "--format", "bits").Failed(2, "angles, amplitudes or expectations", "bits");
        CommandLine.Run("embed", "--model", Quantum, "--input", input).Failed(2, "--output");
        CommandLine.Run("embed", "--model", Quantum, "--input", input, "--output", In("out.npy"), "--wrong").Failed(2, "--wrong");
        Assert.That(Names(), Is.EqualTo(new[] { "in.txt" }));
    }
}
