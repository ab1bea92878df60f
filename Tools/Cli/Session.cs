using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using QEngine.Workers;
using Spectre.Console;

namespace QEngine.Tools.Cli;

/// <summary>What every command gets: threads, seed, where results go, and whether it was interrupted.</summary>
internal sealed class Session : IDisposable
{
    private const int PlainWidth = 200;

    private static readonly CancellationTokenSource Interrupt = new();

    // A registration ends when it is collected.
    private static readonly List<PosixSignalRegistration> s_signals = [];

    private readonly Lazy<WorkerPool> _workers;

    private Session(int threads, ulong seed, bool json)
    {
        (Seed, Json) = (seed, json);
        _workers = new Lazy<WorkerPool>(() => new WorkerPool(threads));
        Progress = new ProgressReporter(plain: json || Console.IsErrorRedirected);
    }

    /// <summary>The threads to compute with.</summary>
    public WorkerPool Workers => _workers.Value;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; }

    /// <summary>Whether results are written as JSON rather than as a table.</summary>
    public bool Json { get; }

    /// <summary>Progress of long work, on stderr.</summary>
    public ProgressReporter Progress { get; }

    /// <summary>Set by Ctrl-C or a termination signal.</summary>
    public static CancellationToken Cancellation => Interrupt.Token;

    /// <summary>Reads the common options.</summary>
    public static Session From(ParseResult parse)
    {
        int threads = parse.GetValue(CommonOptions.Threads);
        if (threads is < 0 or > 1024) throw new UsageException($"expected --threads from 1 to 1024, found {threads}");
        return new Session(threads == 0 ? Environment.ProcessorCount : threads, parse.GetValue(CommonOptions.Seed), parse.GetValue(CommonOptions.Json));
    }

    /// <summary>Makes Ctrl-C and a termination signal cancel instead of kill; the second one kills.</summary>
    public static void CatchInterrupts()
    {
        if (s_signals.Count > 0) return;
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            s_signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = !Interrupt.IsCancellationRequested;
                Interrupt.Cancel();
            }));
        }
    }

    /// <summary>Writes a result: the JSON object under <c>--json</c>, else what <paramref name="human"/> writes.</summary>
    /// <param name="json">Writes the members of the object.</param>
    /// <param name="human">Writes tables and lines.</param>
    public void Show(Action<Utf8JsonWriter> json, Action<IAnsiConsole> human)
    {
        if (!Json)
        {
            human(Console.IsOutputRedirected ? Plain() : AnsiConsole.Console);
            return;
        }
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            json(writer);
            writer.WriteEndObject();
        }
        Console.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>For a file or pipe: no colours, and lines are not broken at the width of a terminal that is not there.</summary>
    private static IAnsiConsole Plain()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = PlainWidth;
        return console;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_workers.IsValueCreated) _workers.Value.Dispose();
    }
}
