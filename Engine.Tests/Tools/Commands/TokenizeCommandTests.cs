using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

public class TokenizeCommandTests : CommandFixture
{
    private string Vocabulary => Path.Combine(Quantum, "vocab.txt");

    [TestCase("vocab.txt")]
    [TestCase("tokenizer.json")]
    public void The_golden_ids_are_reproduced(string vocabulary)
    {
        List<(string Text, int[] Ids)> golden = [];
        foreach (string line in File.ReadLines(Shared.Path("golden/tokens_256.jsonl"))) golden.Add(Parse(line));
        golden.RemoveAll(row => row.Text.AsSpan().IndexOfAny('\r', '\n') >= 0);

        CommandLine run = CommandLine.RunOn(
            string.Join('\n', golden.Select(row => row.Text)) + "\n", "tokenize", "--vocab", Shared.Path("data/minilm-layout/" + vocabulary), "--max-length", "256");

        (string Text, int[] Ids)[] found = [.. run.Succeeded().Output.TrimEnd('\n').Split('\n').Select(Parse)];
        Assert.That(found.Select(row => row.Text), Is.EqualTo(golden.Select(row => row.Text)));
        for (int i = 0; i < found.Length; i++) Assert.That(found[i].Ids, Is.EqualTo(golden[i].Ids), found[i].Text);
    }

    [Test]
    public void Private_use_characters_of_PDF_text_vanish_as_in_the_reference()
    {
        string output = CommandLine.RunOn("\uF0B7 Budget review\n", "tokenize", "--vocab", Shared.Path("data/minilm-layout/tokenizer.json")).Succeeded().Output;

        Assert.That(Parse(output.TrimEnd('\n')).Ids, Is.EqualTo(new[] { 101, 5166, 3319, 102 }));
    }

    [Test]
    public void Domain_words_added_to_a_vocabulary_are_matched_as_in_the_reference()
    {
        string added = Changed("\"added_tokens\"", root => root["added_tokens"]!.AsArray().Add(JsonNode.Parse(
            """{"id":30522,"content":"covid-19","single_word":false,"lstrip":false,"rstrip":false,"normalized":true,"special":false}""")));

        string output = CommandLine.RunOn("Covid-19s\n", "tokenize", "--vocab", added).Succeeded().Output;

        Assert.That(Parse(output.TrimEnd('\n')).Ids, Is.EqualTo(new[] { 101, 30522, 1055, 102 }));
    }

    [Test]
    public void A_tokenizer_that_puts_nothing_around_a_text_is_refused_by_name()
    {
        string bare = Changed("\"post_processor\"", root => root["post_processor"] = null);

        CommandLine.RunOn("hello world\n", "tokenize", "--vocab", bare).Failed(1, "post_processor of type TemplateProcessing or BertProcessing", "found none", "tokenizer.json");
    }

    [Test]
    public void The_last_ids_are_kept_where_the_tokenizer_truncates_on_the_left()
    {
        string left = Changed("\"truncation\"", root => root["truncation"]!["direction"] = "Left");

        string output = CommandLine.RunOn("one two three four five\n", "tokenize", "--vocab", left, "--max-length", "4").Succeeded().Output;

        Assert.That(Parse(output.TrimEnd('\n')).Ids, Is.EqualTo(new[] { 101, 2176, 2274, 102 }));
    }

    [Test]
    public void Each_line_is_one_compact_object_and_nothing_is_cut_unless_asked()
    {
        string text = string.Concat(Enumerable.Repeat("red cars ", 1000));

        string output = CommandLine.RunOn("Red \"cars\" <b>\n\n" + text + "\n", "tokenize", "--vocab", Vocabulary).Succeeded().Output;

        string[] lines = output.Split('\n');
        Assert.That(lines[0], Is.EqualTo("""{"text":"Red \"cars\" <b>","ids":[2,5,1,8,11,1,1,1,1,3]}"""));
        Assert.That(lines[1], Is.EqualTo("""{"text":"","ids":[2,3]}"""));
        Assert.That(Parse(lines[2]).Ids, Has.Length.EqualTo(3002));
        Assert.That(lines[3..], Is.EqualTo(new[] { "" }));
    }

    [Test]
    public void Long_ids_are_cut_to_the_length_asked_for_and_1_MB_passes()
    {
        string output = CommandLine.RunOn(new string('x', 1 << 20) + " red\n", "tokenize", "--vocab", Vocabulary, "--max-length", "4").Succeeded().Output;

        Assert.That(Parse(output.TrimEnd('\n')).Ids, Is.EqualTo(new[] { 2, 1, 5, 3 }));
    }

    [Test]
    public void No_input_gives_no_output() => Assert.That(CommandLine.RunOn("", "tokenize", "--vocab", Vocabulary).Succeeded().Output, Is.Empty);

    [Test]
    public void Bad_input_and_wrong_usage()
    {
        CommandLine.Run([0xFF, (byte)'\n'], "tokenize", "--vocab", Vocabulary).Failed(1, "UTF-8", "line 1 of standard input");
        CommandLine.RunOn("red\n", "tokenize", "--vocab", In("none.txt")).Failed(1, "none.txt");
        CommandLine.RunOn("red\n", "tokenize", "--vocab", Write("empty.txt", "")).Failed(1, "empty.txt");
        CommandLine.RunOn("red\n", "tokenize", "--vocab", Vocabulary, "--max-length", "1").Failed(2, "--max-length", "1");
        CommandLine.RunOn("red\n", "tokenize", "--vocab", Vocabulary, "--max-length", "long").Failed(2, "long");
        CommandLine.RunOn("red\n", "tokenize").Failed(2, "--vocab");
    }

    [Test]
    public void Lines_before_a_bad_one_are_written()
    {
        CommandLine run = CommandLine.Run([.. Encoding.UTF8.GetBytes("red\n"), 0xFF, (byte)'\n'], "tokenize", "--vocab", Vocabulary);

        Assert.That(run.Code, Is.EqualTo(1));
        Assert.That(run.Output, Is.EqualTo("{\"text\":\"red\",\"ids\":[2,5,3]}\n"));
        Assert.That(run.Error, Does.Contain("line 2"));
    }

    // The real tokenizer.json with one part changed.
    private string Changed(string part, Action<JsonNode> change)
    {
        string content = File.ReadAllText(Shared.Path("data/minilm-layout/tokenizer.json"));
        Assert.That(content, Does.Contain(part));
        JsonNode root = JsonNode.Parse(content)!;
        change(root);
        return Write("tokenizer.json", root.ToJsonString());
    }

    private static (string Text, int[] Ids) Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        Assert.That(root.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "text", "ids" }));
        return (root.GetProperty("text").GetString()!, [.. root.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())]);
    }
}
