using System.Text;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Tools;
using QEngine.Tools.Cli;
using QEngine.Tools.Commands;
using Spectre.Console;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Runs the command line in this process and keeps what it writes.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CommandLine(int Code, string Output, string Error)
{
    /// <summary>A file that was written to standard output, where one was.</summary>
    public byte[] Bytes { get; private init; } = [];

    /// <summary>Runs; the console is the process's own, so tests that do this run one at a time.</summary>
    public static CommandLine Run(params string[] args) => Run(null, args);

    /// <summary>Runs with standard input.</summary>
    public static CommandLine Run(byte[]? input, params string[] args) => Run(input, terminal: false, args);

    /// <summary>Runs with results shown as on a terminal of 100 columns.</summary>
    public static CommandLine OnTerminal(params string[] args) => Run(null, terminal: true, args);

    private static CommandLine Run(byte[]? input, bool terminal, string[] args)
    {
        TextWriter output = Console.Out, error = Console.Error;
        IAnsiConsole console = AnsiConsole.Console;
        using StringWriter newOutput = new(), newError = new();
        try
        {
            Console.SetOut(newOutput);
            Console.SetError(newError);
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(newOutput) });
            AnsiConsole.Console.Profile.Width = 100;
            StandardInput.Substitute = new MemoryStream(input ?? []);
            StandardStreams.OutputIsTerminal = terminal;
            using MemoryStream bytes = new();
            StandardOutput.Substitute = bytes;
            int code = Program.Run(args.Contains("--threads") ? args : ["--threads", "2", .. args]);
            return new CommandLine(code, newOutput.ToString(), newError.ToString()) { Bytes = bytes.ToArray() };
        }
        finally
        {
            StandardInput.Substitute = null;
            StandardOutput.Substitute = null;
            AnsiConsole.Console = console;
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>Runs with lines as standard input.</summary>
    public static CommandLine RunOn(string input, params string[] args) => Run(Encoding.UTF8.GetBytes(input), args);

    /// <summary>Requires success.</summary>
    public CommandLine Succeeded()
    {
        Assert.That(Code, Is.Zero, Error);
        return this;
    }

    /// <summary>Requires a failure that says what happened in one line on stderr, and nothing on stdout.</summary>
    public void Failed(int code, params string[] parts)
    {
        Assert.That(Code, Is.EqualTo(code), Error);
        Assert.That(Output, Is.Empty);
        Assert.That(Bytes, Is.Empty);
        string[] lines = [.. Error.Split('\n').Where(line => line.StartsWith("qengine: ", StringComparison.Ordinal))];
        Assert.That(lines, Has.Length.EqualTo(1), Error);
        Assert.That(Error, Does.EndWith(lines[0] + "\n").And.Not.Contain("   at "));
        foreach (string part in parts) Assert.That(lines[0], Does.Contain(part));
    }

    /// <summary>The JSON on standard output.</summary>
    public JsonElement Json()
    {
        using JsonDocument document = JsonDocument.Parse(Succeeded().Output);
        return document.RootElement.Clone();
    }
}
