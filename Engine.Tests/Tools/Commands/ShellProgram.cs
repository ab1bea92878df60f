using System.Diagnostics;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary>The program in a process of its own, which alone has signals and pipes.</summary>
internal static class ShellProgram
{
    // Far more than anything here takes, also on a machine that is busy.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The program as words of a line of bash.</summary>
    public static string Words => WordsOf(Assembly);

    /// <summary>Another program of the runtime as words of a line of bash.</summary>
    public static string WordsOf(string assembly) => $"'{Runtime}' exec '{assembly}'";

    private static string Runtime => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Assembly => Path.Combine(TestContext.CurrentContext.TestDirectory, "qengine.dll");

    /// <summary>Runs a line of bash in which <c>qengine</c> is the program.</summary>
    /// <param name="script">The line.</param>
    /// <param name="folder">Where it runs.</param>
    /// <returns>What it wrote to standard output and error.</returns>
    public static (string Output, string Error) Bash(string script, string folder)
    {
        CommandLine run = Run(script, folder);
        return (run.Output, run.Error);
    }

    /// <summary>The same, with the exit code of the line.</summary>
    public static CommandLine Run(string script, string folder)
    {
        Skip();
        ProcessStartInfo start = new("bash", ["-c", $"qengine() {{ '{Runtime}' exec '{Assembly}' \"$@\"; }}; {script}"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(Limit);
        if (!ended) process.Kill(entireProcessTree: true);
        Assert.That(ended, Is.True, $"has not ended after {Limit.TotalSeconds} s: {script}");
        return new CommandLine(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts the program with all three streams as pipes of this process.</summary>
    public static Process Start(params string[] arguments)
    {
        Skip();
        return Process.Start(new ProcessStartInfo(Runtime, ["exec", Assembly, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Skips a test of a signal where it is ignored: by a script's background jobs and by nohup, and so by all that they start.</summary>
    /// <param name="process">The program that was to get it; it is ended.</param>
    /// <param name="signal">Its name, without SIG.</param>
    public static void RequireHeard(Process process, string signal)
    {
        const string Ignored = "SigIgn:", Status = "/proc/self/status";
        int number = signal switch { "HUP" => 1, "INT" => 2, _ => 15 };
        string? mask = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) : null;
        if (mask is null || (Convert.ToUInt64(mask[Ignored.Length..].Trim(), 16) >> (number - 1) & 1) == 0) return;
        process.Kill(entireProcessTree: true);
        Assert.Ignore($"skipped: SIG{signal} is ignored here, as in the background of a script or under nohup");
    }

    /// <summary>Sends a signal and requires that the program then ends by itself.</summary>
    public static int Ends(Process process, string signal, int times = 1)
    {
        RequireHeard(process, signal);
        string once = $"kill -{signal} {process.Id}";
        using (Process kill = Process.Start("bash", ["-c", string.Join("; ", Enumerable.Repeat(once, times))])) kill.WaitForExit();
        bool ended = process.WaitForExit(Limit);
        if (!ended) process.Kill(entireProcessTree: true);
        Assert.That(ended, Is.True, $"has not ended {Limit.TotalSeconds} s after SIG{signal}");
        return process.ExitCode;
    }

    private static void Skip()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: signals, bash and pipes of Unix");
    }
}
