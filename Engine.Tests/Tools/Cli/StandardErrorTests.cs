using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Cli;

/// <summary>No message is glued to a progress line that stands unfinished on a terminal.</summary>
[NonParallelizable]
public sealed class StandardErrorTests
{
    private TextWriter _before = TextWriter.Null;
    private StringWriter _error = new();

    [SetUp]
    public void Capture()
    {
        (_before, _error) = (Console.Error, new StringWriter());
        Console.SetError(_error);
    }

    [TearDown]
    public void Restore()
    {
        StandardError.ClearProgress();
        Console.SetError(_before);
        _error.Dispose();
    }

    [Test]
    public void An_error_starts_on_a_fresh_line()
    {
        Unfinished();

        Assert.That(Program.Run(["no-command"]), Is.EqualTo(2));

        string[] lines = _error.ToString().Split('\n');
        Assert.That(lines[0], Does.StartWith("\rembedding texts ############............  50 %"));
        Assert.That(lines[1], Does.StartWith("qengine: expected a command, found 'no-command'"));
        Assert.That(lines[2..], Is.EqualTo(new[] { "" }));
    }

    [Test]
    public void A_warning_takes_the_place_of_progress()
    {
        ProgressReporter progress = Unfinished();
        int length = _error.ToString().Length - 1;

        progress.Line("warning: so it is");
        progress.Line("and so on");

        Assert.That(_error.ToString()[(length + 1)..], Is.EqualTo($"\r{new string(' ', length)}\rwarning: so it is{Environment.NewLine}and so on{Environment.NewLine}"));
    }

    [Test]
    public void Results_on_the_same_terminal_do_too()
    {
        Unfinished();
        CommandLine.OnTerminal("--version");
        StandardError.ClearProgress();

        Assert.That(_error.ToString(), Does.EndWith(" \r"));
    }

    [Test]
    public void A_finished_line_is_ended_once()
    {
        ProgressReporter progress = new(plain: false);

        progress.Report("embedding texts", 1, TimeSpan.FromSeconds(2), "2/2");
        progress.EndLine();
        progress.Line("next");

        Assert.That(_error.ToString(), Does.EndWith($"2/2  2 s{Environment.NewLine}next{Environment.NewLine}").And.Not.Contain($"{Environment.NewLine}{Environment.NewLine}"));
    }

    [Test]
    public void Lines_from_many_threads_stay_whole()
    {
        Parallel.For(0, 200, i =>
        {
            if (i % 2 == 0) StandardError.Line($"line {i}");
            else StandardError.Progress($"progress {i}");
        });
        StandardError.EndProgress();

        string[] lines = [.. _error.ToString().Split('\n').Select(line => line[(line.LastIndexOf('\r') + 1)..]).Where(line => line.StartsWith("line ", StringComparison.Ordinal))];
        Assert.That(lines.Order(StringComparer.Ordinal), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"line {2 * i}").Order(StringComparer.Ordinal)));
    }

    private static ProgressReporter Unfinished()
    {
        ProgressReporter progress = new(plain: false);
        // The first report is shown after some time only.
        Thread.Sleep(250);
        progress.Report("embedding texts", 0.5, TimeSpan.FromSeconds(1), "1/2");
        return progress;
    }
}
