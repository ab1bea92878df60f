using NUnit.Framework;
using QEngine.Tools.Cli;
using Spectre.Console;

namespace QEngine.Tests.Tools.Cli;

/// <summary>Tables for people and for programs.</summary>
[NonParallelizable]
public sealed class ResultWriterTests
{
    [Test]
    public void A_program_gets_a_heading_and_whole_cells_by_tabs()
    {
        string text = new string('x', 500) + " [red]\u4E2D\U0001F600[/]\ta\r\nb\u001b[31m";
        ResultTable table = new(new("n", IsNumber: true), new("id", MaxCells: 3), new("text", TakesRest: true));
        table.Add("1", "long id", text);
        table.Add("2", "", "");

        (string output, string error) = Written(terminal: false, results =>
        {
            results.Table(table);
            results.Remark("a remark");
        });

        Assert.That(output, Is.EqualTo($"n\tid\ttext\n1\tlong id\t{text.Replace('\t', ' ').Replace('\r', ' ').Replace('\n', ' ').Replace('\u001b', ' ')}\n2\t\t\n"));
        Assert.That(error, Is.EqualTo("a remark\n"));
    }

    [Test]
    public void Tables_of_one_kind_are_one_for_a_program()
    {
        string output = Written(terminal: false, results =>
        {
            foreach (string query in (string[])["red", "blue"])
            {
                ResultTable table = new(new ResultColumn("id")) { Title = new ResultTitle("query_id", query[..1], query) };
                table.Add("p1");
                results.Table(table);
            }
            results.Table(ResultTable.OfProperties());
        }).Output;

        Assert.That(output, Is.EqualTo("query_id\tid\nr\tp1\nb\tp1\n\nproperty\tvalue\n"));
    }

    [Test]
    public void A_terminal_shows_titles_cuts_what_is_long_and_has_remarks_below()
    {
        ResultTable table = new(new("n", IsNumber: true), new("id", MaxCells: 6), new("text", TakesRest: true)) { Title = new ResultTitle("query_id", "q1", "what [is] it") };
        table.Add("1", "long identifier", new string('x', 500));

        (string output, string error) = Written(terminal: true, results =>
        {
            results.Table(table);
            results.Remark("a remark");
        });

        string[] lines = output.Split('\n');
        Assert.That(lines, Has.All.Length.LessThanOrEqualTo(80));
        Assert.That(output, Does.Contain("what [is] it").And.Contain("long \u2026").And.Contain("xxx\u2026").And.EndWith("a remark\n").And.Not.Contain("q1").And.Not.Contain("\t"));
        Assert.That(lines.Count(line => line.Contains("xxx")), Is.EqualTo(1), "not wrapped");
        Assert.That(error, Is.Empty);
    }

    [Test]
    public void Properties_have_no_heading_on_a_terminal()
    {
        ResultTable table = ResultTable.OfProperties();
        table.Add("model", "QBEC-[64]");

        Assert.That(Written(terminal: true, results => results.Table(table)).Output, Does.Contain("model").And.Contain("QBEC-[64]").And.Not.Contain("property"));
        Assert.That(Written(terminal: false, results => results.Table(table)).Output, Is.EqualTo("property\tvalue\nmodel\tQBEC-[64]\n"));
    }

    private static (string Output, string Error) Written(bool terminal, Action<ResultWriter> write)
    {
        TextWriter output = Console.Out, error = Console.Error;
        IAnsiConsole console = AnsiConsole.Console;
        using StringWriter newOutput = new() { NewLine = "\n" }, newError = new() { NewLine = "\n" };
        try
        {
            Console.SetOut(newOutput);
            Console.SetError(newError);
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(newOutput) });
            AnsiConsole.Console.Profile.Width = 80;
            StandardStreams.OutputIsTerminal = terminal;
            write(new ResultWriter());
            return (newOutput.ToString(), newError.ToString());
        }
        finally
        {
            StandardStreams.OutputIsTerminal = false;
            AnsiConsole.Console = console;
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
