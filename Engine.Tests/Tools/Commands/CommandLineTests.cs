using System.Text.Json;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary>What the command line makes of words, numbers and none of either.</summary>
public sealed class CommandLineTests : CommandFixture
{
    [SetUp]
    public void WriteTexts() => Write("passages.tsv", "d1\tred car\nd2\tblue sky\nd3\told tree\n");

    [Test]
    public void A_decimal_comma_is_no_learning_rate()
    {
        string rows = Write("rows.tsv", "a b\tc d\te f\ng h\ti j\tk l\nm n\to p\tq r\nred car\tblue\ttree\n");

        CommandLine.Run("train", "--triples", rows, "--encoder", Plain, "--head", "none", "--epochs", "2", "--batch", "2", "--negatives", "1", "--lr", "0,001", "--out", In("model"))
            .Failed(2, "expected a number for --lr, digits with a point as in 0.5 or 1e-3, found '0,001'");

        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    [Test]
    public void A_query_may_begin_with_an_at_sign()
    {
        Index();
        Write("args.txt", "other words --top 1\n");

        JsonElement json = Search("@Override annotation").Json(), file = Search($"@{In("args.txt")}").Json();

        Assert.That((json.GetProperty("query").GetString(), json.GetProperty("results").GetArrayLength()), Is.EqualTo(("@Override annotation", 3)));
        Assert.That((file.GetProperty("query").GetString(), file.GetProperty("results").GetArrayLength()), Is.EqualTo(($"@{In("args.txt")}", 3)));
    }

    [TestCase("--weird query", "--weird", "query")]
    [TestCase("-k 2", "-k 2")]
    [TestCase("-- @x", "--", "@x")]
    [TestCase("--top=1", "--top=1")]
    public void What_begins_with_a_dash_goes_after_two(string query, params string[] words)
    {
        Index();

        JsonElement json = CommandLine.Run(["search", "--index", In("index"), "--json", "--", .. words]).Json();

        Assert.That((json.GetProperty("query").GetString(), json.GetProperty("results").GetArrayLength()), Is.EqualTo((query, 3)));
    }

    [TestCase("true love")]
    [TestCase("/h")]
    [TestCase("[red] sky")]
    [TestCase("search help version")]
    [TestCase("a=b c:d")]
    public void Words_that_mean_something_elsewhere_are_words_of_a_query(string query)
    {
        Index();

        Assert.That(CommandLine.Run(["search", "--index", In("index"), "--json", .. query.Split(' ')]).Json().GetProperty("query").GetString(), Is.EqualTo(query));
    }

    [Test]
    public void A_mistyped_command_is_named_with_the_nearest_one() =>
        CommandLine.Run("serach", "--index", "ix", "x").Failed(2, "qengine: expected a command, found 'serach': did you mean search? (see qengine --help)");

    [Test]
    public void Without_a_command_help_is_shown_and_the_usage_is_wrong()
    {
        foreach (string[] none in (string[][])[[], ["--json"], ["--"]])
        {
            CommandLine run = CommandLine.Run(none);

            Assert.That(run.Code, Is.EqualTo(2));
            Assert.That(run.Output, Does.Contain("evaluate-sts").And.Contain("--threads"));
            Assert.That(run.Error, Is.EqualTo($"qengine: expected a command, found none (see qengine --help){Environment.NewLine}"));
        }
    }

    [TestCase("help")]
    [TestCase("--help")]
    [TestCase("-h")]
    [TestCase("-?")]
    [TestCase("/?")]
    public void Help_by_any_name_is_no_error(string name)
    {
        Assert.That(CommandLine.Run(name).Succeeded().Output, Does.Contain("evaluate-sts"));
        Assert.That(CommandLine.Run(name, "mine").Succeeded().Output, Does.Contain("--range-min").And.EqualTo(CommandLine.Run("mine", "--help").Output));
    }

    [TestCase("version")]
    [TestCase("--version")]
    [TestCase("-v")]
    public void The_version_too(string name) => Assert.That(CommandLine.Run(name).Succeeded().Output, Is.EqualTo(CommandLine.Run("--version").Output).And.Match(@"^\d+\.\d+"));

    [Test]
    public void What_is_required_is_named_with_the_commands_help() => CommandLine.Run("search", "red").Failed(2, "'--index'", "(see qengine search --help)");

    [Test]
    public void Results_for_programs_are_rows_by_tabs_and_nothing_is_cut()
    {
        string text = string.Concat(Enumerable.Repeat("red [car] \U0001F600 ", 40)).Trim(), id = new('d', 60);
        Write("passages.tsv", $"{id}\t{text}\nd2\tblue sky\n");
        Write("queries.tsv", "q1\tred car\nq2\tblue sky\n");
        Index();

        string[] one = Lines(CommandLine.Run("search", "--index", In("index"), "red", "car"));
        string[] many = Lines(CommandLine.Run("search", "--index", In("index"), "--queries", In("queries.tsv"), "--top", "1"));
        string[] piped = Lines(CommandLine.RunOn("red car\nblue sky\n", "search", "--index", In("index"), "--top", "1"));

        Assert.That(one[0], Is.EqualTo("query\trank\tfidelity\tid\ttext"));
        Assert.That(one.Single(line => line.Contains(id)), Does.StartWith("red car\t").And.EndWith($"\t{id}\t{text}"));
        Assert.That(many.Select(line => line.Split('\t')[0]), Is.EqualTo(new[] { "query_id", "q1", "q2" }));
        Assert.That(piped.Select(line => line.Split('\t')[0]), Is.EqualTo(new[] { "query", "red car", "blue sky" }));
        foreach (string line in (string[])[.. one, .. many, .. piped]) Assert.That((line.Count(c => c == '\t'), line.Any(c => c is >= '\u2500' and <= '\u257F')), Is.EqualTo((4, false)), line);
    }

    [Test]
    public void Json_is_escaped_no_more_than_needed()
    {
        Write("passages.tsv", "d1\tr\u00E9d <b> & 'car' + \U0001F600\n");
        Index();

        string whole = Search("BT+bm25 <\u4E2D\U0001F600>").Succeeded().Output;
        string line = CommandLine.RunOn("\u00E9+\U0001F600\u009B\n", "search", "--index", In("index"), "--json").Succeeded().Output;

        Assert.That(whole, Does.Contain("\"query\": \"BT+bm25 <\u4E2D\U0001F600>\"").And.Contain("\"text\": \"r\u00E9d <b> & 'car' + \U0001F600\""));
        Assert.That(line, Does.StartWith("{\"query\":\"\u00E9+\U0001F600\\u009B\",").And.EndWith("}\n"));
        Assert.That(File.ReadAllText(In("index/segment-000001/documents.jsonl")), Does.Contain("r\u00E9d <b> & 'car' + \U0001F600"));
    }

    private static string[] Lines(CommandLine run) => run.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void Index() => CommandLine.Run("index", "--model", Quantum, "--input", In("passages.tsv"), "--output", In("index")).Succeeded();

    private CommandLine Search(string query) => CommandLine.Run("search", "--index", In("index"), "--json", query);
}
