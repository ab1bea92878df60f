using System.Diagnostics;
using System.Runtime.InteropServices;

namespace QEngine.Tools.Cli;

/// <summary>
/// What ends a command before its time: Ctrl-C, a termination signal, the end of its terminal, or an output that nobody reads any more.
/// </summary>
internal static class Interrupts
{
    private static readonly CancellationTokenSource Source = new();

    // `timeout` signals the program and then its group, a terminal may do both too: one wish to end, heard twice.
    private static readonly TimeSpan OneWish = TimeSpan.FromMilliseconds(500);

    // A registration ends when it is collected.
    private static readonly List<PosixSignalRegistration> Signals = [];

    private static int s_exitCode;
    private static long s_stopped;

    /// <summary>Set when the command is to end.</summary>
    public static CancellationToken Token => Source.Token;

    /// <summary>What the process returns then: of several reasons the first counts.</summary>
    public static int ExitCode => s_exitCode == 0 ? Cli.ExitCode.Interrupted : s_exitCode;

    /// <summary>What is said then, or null where nobody would read it.</summary>
    public static string? Message => ExitCode == Cli.ExitCode.OutputClosed ? null : "interrupted";

    /// <summary>
    /// Makes Ctrl-C, a termination signal and the end of the terminal cancel instead of kill; a second one, later than the same wish may
    /// arrive twice, kills.
    /// </summary>
    public static void Catch()
    {
        if (Signals.Count > 0) return;
        Catch(PosixSignal.SIGINT, Cli.ExitCode.Interrupted);
        Catch(PosixSignal.SIGTERM, Cli.ExitCode.Terminated);
        // The terminal has been closed.
        Catch(PosixSignal.SIGHUP, Cli.ExitCode.HungUp);
    }

    /// <summary>Ends the command because nobody reads what it writes.</summary>
    public static void OutputClosed() => Stop(Cli.ExitCode.OutputClosed);

    private static void Catch(PosixSignal signal, int exitCode) => Signals.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = !Source.IsCancellationRequested || Stopwatch.GetElapsedTime(Volatile.Read(ref s_stopped)) < OneWish;
        Stop(exitCode);
    }));

    private static void Stop(int exitCode)
    {
        Interlocked.CompareExchange(ref s_stopped, Stopwatch.GetTimestamp(), 0);
        Interlocked.CompareExchange(ref s_exitCode, exitCode, 0);
        Source.Cancel();
    }
}
