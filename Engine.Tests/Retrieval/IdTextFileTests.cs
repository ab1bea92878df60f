using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;

namespace QEngine.Tests.Retrieval;

/// <summary>Files of texts with ids: the three layouts, their errors, and strict UTF-8 at any place of a buffer.</summary>
public sealed class IdTextFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Create() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [TestCase("a.tsv", "7\tfirst text\r\nx y\té\n", new[] { "7", "first text", "x y", "é" })]
    [TestCase("a.TSV", "\uFEFF7\ta\rb", new[] { "7", "a\rb" })]
    [TestCase("a.jsonl", """{"_id":"7","title":"T","text":"x"}""" + "\n\n" + """{"id":8,"text":"\u00e9","n":{}}""",
        new[] { "7", "T x", "8", "é" })]
    [TestCase("a.jsonl", """{"_id":"7","title":"","text":"x"}""" + "\n" + """{"id":"8","title":null,"text":""}""",
        new[] { "7", "x", "8", "" })]
    [TestCase("a.jsonl", """{"id":"7","contents":"T\nx"}""" + "\n" + """{"id":8,"title":"T","contents":"T x"}""" + "\n" + """{"id":"9","contents":"c","text":"x"}""",
        new[] { "7", "T\nx", "8", "T x", "9", "x" })]
    [TestCase("a.txt", "one\n\nthree\tx\n", new[] { "0", "one", "1", "", "2", "three\tx" })]
    [TestCase("a.json", """{"7": "first's text", "x y":"\u00e9"}""", new[] { "7", "first's text", "x y", "é" })]
    [TestCase("a.JSON", """{"7": {"qrels": [["1", 2]], "query": "what"}, "8": {"query": "", "n": {"query": "no"}}}""", new[] { "7", "what", "8", "" })]
    public void The_layouts_are_read_plain_and_compressed(string name, string content, string[] expected)
    {
        List<IdText> rows = [.. IdTextFile.Read(_folder.Write(name, content))];
        List<IdText> decompressed = [.. IdTextFile.Read(_folder.Write(name + ".gz", Gzip.Compress(content)))];

        Assert.That(rows.SelectMany(row => new[] { row.Id, row.Text }), Is.EqualTo(expected));
        Assert.That(decompressed, Is.EqualTo(rows));
    }

    [TestCase("a.tsv", "", "expected texts, found an empty file: @")]
    [TestCase("a.jsonl", "\n", "expected texts, found an empty file: @")]
    [TestCase("a.txt", "", "expected texts, found an empty file: @")]
    [TestCase("a.csv", "1,x", "expected a file named .tsv, .jsonl, .json or .txt, perhaps with .gz, found another extension: @")]
    [TestCase("a.tsv", "1\tx\n2 y\n", "expected 2 columns (id, tab, text), found 1, line 2 of @")]
    [TestCase("a.tsv", "1\tx\ty\n", "expected 2 columns (id, tab, text), found 3, line 1 of @")]
    [TestCase("a.json", "{}", "expected texts, found an empty object: @")]
    [TestCase("a.json", "{\"1\":2}", "expected a text or an object with a \"query\", found Number, byte 5 of @")]
    [TestCase("a.json", "{\"1\":{}}", "expected a property \"query\" for \"1\", found none, byte 6 of @")]
    [TestCase("a.json", "{\"\":\"x\"}", "expected an id, found an empty one, byte 1 of @")]
    [TestCase("a.json", "[]", "expected an object of ids and texts, found StartArray, byte 0 of @")]
    [TestCase("a.json", "", "expected JSON, found a fault at line 1, byte 0 of @")]
    [TestCase("a.json", "{\"1\":\"x\"", "expected JSON, found a fault at line 1, byte 8 of @")]
    [TestCase("a.json", "{\"1\":\"x\"}\n{}", "expected JSON, found a fault at line 2, byte 0 of @")]
    [TestCase("a.json", "{\"1\":\"\\ud800\"}", "expected a text or an object with a \"query\" to be Unicode text, found other bytes, byte 5 of @")]
    [TestCase("a.tsv", "\tx\n", "expected an id, found an empty one, line 1 of @")]
    [TestCase("a.jsonl", "{\"_id\":\"1\",\"text\":\"x\"}\n{\"_id\":\n", "expected a JSON object, found invalid JSON at byte 7 of line 2 of @")]
    [TestCase("a.jsonl", "{\"id\":1,\"text\":\"x\"} {}", "expected a JSON object, found invalid JSON at byte 20 of line 1 of @")]
    [TestCase("a.jsonl", "[1]", "expected a JSON object, found Array, line 1 of @")]
    [TestCase("a.jsonl", "{\"text\":\"x\"}", "expected a property \"_id\" or \"id\", found neither, line 1 of @")]
    [TestCase("a.jsonl", "{\"_id\":\"1\"}", "expected a property \"text\" or \"contents\", found neither, line 1 of @")]
    [TestCase("a.jsonl", "{\"_id\":\"1\",\"contents\":[\"x\"]}", "expected \"contents\" to be a string, found Array, line 1 of @")]
    [TestCase("a.jsonl", "{\"_id\":1.5,\"text\":\"x\"}", "expected \"id\" to be a string, found Number, line 1 of @")]
    [TestCase("a.jsonl", "{\"_id\":\"1\",\"text\":null}", "expected \"text\" to be a string, found Null, line 1 of @")]
    [TestCase("a.jsonl", "{\"_id\":\"1\",\"text\":\"\\ud800\"}", "expected \"text\" to be Unicode text, found an unpaired surrogate, line 1 of @")]
    public void A_bad_file_is_named(string name, string content, string problem)
    {
        string path = _folder.Write(name, content);

        Assert.That(
            () => IdTextFile.Read(path).Count(), Throws.TypeOf<QEngineException>().With.Message.EqualTo(problem.Replace("@", path)));
    }

    [TestCase("a", "1\tx\n", nameof(IdTextFormat.Tsv))]
    [TestCase("a.dat", "\n \r\n{\"a\":1}\t\n{", nameof(IdTextFormat.Jsonl))]
    [TestCase("a.csv", "{not JSON}\tx\n", nameof(IdTextFormat.Tsv))]
    [TestCase("a.tsv.bak", "{\"a\":\n1}", nameof(IdTextFormat.Txt))]
    [TestCase("a", "[1]", nameof(IdTextFormat.Txt))]
    [TestCase("a", "one text\n2\ttwo\n", nameof(IdTextFormat.Txt))]
    [TestCase("a", "\n\n", nameof(IdTextFormat.Txt))]
    [TestCase("a", "", nameof(IdTextFormat.Txt))]
    public void A_name_that_says_nothing_leaves_it_to_the_first_line_that_is_not_blank(string name, string content, string expected)
    {
        Assert.That(IdTextFile.FormatOf(name), Is.Null);
        Assert.That(IdTextFile.Detect(_folder.Write(name, content)).ToString(), Is.EqualTo(expected));
        Assert.That(IdTextFile.Detect(_folder.Write(name + ".gz", Gzip.Compress(content))).ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void A_format_that_is_given_counts_whatever_the_name()
    {
        string path = _folder.Write("a.txt", """{"_id":"7","text":"x"}""");

        Assert.That(IdTextFile.Read(path, IdTextFormat.Jsonl), Is.EqualTo(new IdText[] { new("7", "x") }));
        Assert.That(() => IdTextFile.Read(path, (IdTextFormat)9), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(IdTextFile.FormatOf("A.TSV.GZ"), Is.EqualTo(IdTextFormat.Tsv));
    }

    [Test]
    public void Invalid_utf8_is_named_by_line_and_byte()
    {
        string path = _folder.Write("a.tsv", [.. "1\tx\n2\t"u8, 0xC3, 0x28, (byte)'\n']);

        Assert.That(
            () => IdTextFile.Read(path).Count(),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo(
                "expected UTF-8 text, found byte 0xC3 at byte 6, line 2 of " + path));
    }

    [Test]
    public void A_cut_sequence_at_the_end_of_the_file_is_invalid()
    {
        string path = _folder.Write("a.txt", [(byte)'x', 0xE2, 0x82]);

        Assert.That(
            () => IdTextFile.Read(path).Count(),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected UTF-8 text, found byte 0xE2 at byte 1, line 1 of " + path));
    }

    [Test]
    public void Lines_longer_than_any_buffer_are_read()
    {
        int[] lengths = [65534, 65535, 65536, 65537, 200_000, 0, 3];
        string[] texts = [.. lengths.Select(length => new string('é', length / 2) + new string('x', length % 2))];

        List<IdText> rows = [.. IdTextFile.Read(_folder.Write("a.txt", string.Join('\n', texts)))];

        Assert.That(rows.Select(row => row.Text), Is.EqualTo(texts));
    }
}
