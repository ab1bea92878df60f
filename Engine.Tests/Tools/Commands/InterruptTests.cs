using System.Diagnostics;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Ctrl-C, which only a process of its own can be sent.</summary>
public sealed class InterruptTests : CommandFixture
{
    private const int Lines = 3_000_000;

    [Test]
    public void Ctrl_C_ends_with_code_130_and_leaves_nothing_half_written([Values("embed", "index")] string command)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: sends a Unix signal");
        File.WriteAllLines(In("in.txt"), Enumerable.Repeat("red cars", Lines));
        using Process process = Start(command, "--model", Quantum, "--input", In("in.txt"), "--output",
            In(command == "embed" ? "out.npy" : "out"), "--threads", "1");
        ShellProgram.RequireHeard(process, "INT");
        Task<string> error = process.StandardError.ReadToEndAsync();

        // The output has been started once something is beside the input.
        Stopwatch clock = Stopwatch.StartNew();
        while (Names().Length == 1 && !process.HasExited && clock.Elapsed < TimeSpan.FromSeconds(60)) Thread.Sleep(5);
        Assert.That(Names(), Has.Length.EqualTo(2), "the work is under way");
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.EqualTo(130), error.Result);
        Assert.That(error.Result, Does.EndWith("qengine: interrupted\n"));
        Assert.That(Names(), Is.EqualTo(new[] { "in.txt" }));
    }

    private static Process Start(params string[] arguments)
    {
        string program = Path.Combine(TestContext.CurrentContext.TestDirectory, "qengine.dll");
        string runtime = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Process.Start(new ProcessStartInfo(runtime, ["exec", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
