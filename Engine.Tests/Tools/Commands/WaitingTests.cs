using System.Diagnostics;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Ctrl-C and a termination signal while the program waits for others.</summary>
public sealed class WaitingTests : CommandFixture
{
    [Test]
    public void A_signal_ends_a_command_that_waits_for_input([Values("tokenize", "search")] string command, [Values("INT", "TERM")] string signal)
    {
        using Process process = Waiting(command);
        Assert.That(process.StandardOutput.ReadLineAsync().Wait(TimeSpan.FromSeconds(60)), Is.True, "the line before is answered");

        int code = ShellProgram.Ends(process, signal);

        Assert.That(code, Is.EqualTo(signal == "INT" ? 130 : 143));
        Assert.That(process.StandardError.ReadToEnd(), Is.EqualTo("qengine: interrupted\n"));
    }

    [Test]
    public void A_signal_that_comes_twice_at_once_is_one([Values("INT", "TERM")] string signal)
    {
        using Process process = Waiting("tokenize");
        Assert.That(process.StandardOutput.ReadLineAsync().Wait(TimeSpan.FromSeconds(60)), Is.True, "the line before is answered");

        // As `timeout` does, which signals the program and then its group.
        int code = ShellProgram.Ends(process, signal, times: 2);

        Assert.That(code, Is.EqualTo(signal == "INT" ? 130 : 143));
        Assert.That(process.StandardError.ReadToEnd(), Is.EqualTo("qengine: interrupted\n"));
    }

    [Test]
    public void A_signal_ends_a_command_whose_output_nobody_reads([Values("INT", "TERM")] string signal)
    {
        using Process process = ShellProgram.Start("tokenize", "--vocab", Path.Combine(Quantum, "vocab.txt"));
        // More than both pipes hold; a write that no longer comes through is the proof.
        byte[] lines = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("red cars\n", 10_000)));
        Task written = Task.Run(() =>
        {
            for (int i = 0; i < 100; i++) process.StandardInput.BaseStream.Write(lines);
        });
        Assert.That(written.Wait(TimeSpan.FromSeconds(3)), Is.False);

        Assert.That(ShellProgram.Ends(process, signal), Is.EqualTo(signal == "INT" ? 130 : 143));
        Assert.That(() => written.Wait(TimeSpan.FromSeconds(60)), Throws.TypeOf<AggregateException>(), "the pipe is closed");
    }

    private Process Waiting(string command)
    {
        string[] arguments = ["tokenize", "--vocab", Path.Combine(Quantum, "vocab.txt")];
        if (command == "search")
        {
            CommandLine.Run("index", "--model", Quantum, "--input", Write("passages.tsv", "p1\tred cars\n"), "--output", In("index")).Succeeded();
            arguments = ["search", "--index", In("index")];
        }
        Process process = ShellProgram.Start(arguments);
        process.StandardInput.Write("red\n");
        process.StandardInput.Flush();
        return process;
    }
}
