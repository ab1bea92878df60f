using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Cli;

/// <summary>What every command gets: threads, seed, where results go, and whether it was interrupted.</summary>
internal sealed class Session : IDisposable
{
    private readonly Lazy<WorkerPool> _workers;
    private readonly ResultWriter _results;
    private readonly bool _sharesWorkers;

    private Session(int threads, ulong seed, bool json, bool quiet)
    {
        (Seed, Json, Threads) = (seed, json, threads);
        _workers = new Lazy<WorkerPool>(() => new WorkerPool(threads));
        _results = new ResultWriter(quiet);
        Progress = new ProgressReporter(plain: json || Console.IsErrorRedirected, quiet);
    }

    private Session(Session other, ulong seed)
    {
        (Seed, Json, Threads, _sharesWorkers) = (seed, other.Json, other.Threads, true);
        (_workers, _results, Progress) = (other._workers, other._results, other.Progress);
    }

    /// <summary>How many threads there are to compute with.</summary>
    public int Threads { get; }

    /// <summary>The threads to compute with.</summary>
    public WorkerPool Workers => _workers.Value;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; }

    /// <summary>Whether results are written as JSON rather than as a table.</summary>
    public bool Json { get; }

    /// <summary>Progress of long work, on stderr.</summary>
    public ProgressReporter Progress { get; }

    /// <summary>Set by Ctrl-C, a termination signal, or when nobody reads the output any more.</summary>
    public static CancellationToken Cancellation => Interrupts.Token;

    /// <summary>Reads the common options.</summary>
    public static Session From(ParseResult parse) => From(parse, ProcessGroup.Single);

    /// <summary>
    /// The same in one of several processes: those on one machine share its cores, and the first one alone shows anything.
    /// </summary>
    public static Session From(ParseResult parse, IProcessGroup processes)
    {
        int threads = parse.GetValue(CommonOptions.Threads);
        int here = processes.Texts(Environment.MachineName).Count(machine => machine == Environment.MachineName);
        return new Session(
            threads == 0 ? Math.Max(1, Environment.ProcessorCount / here) : threads,
            parse.GetValue(CommonOptions.Seed),
            parse.GetValue(CommonOptions.Json),
            parse.GetValue(CommonOptions.Quiet) || !processes.IsFirst);
    }

    /// <summary>Writes the result: as a JSON object under <c>--json</c>, else what <paramref name="human"/> writes.</summary>
    /// <param name="result">The result.</param>
    /// <param name="type">Its members in JSON.</param>
    /// <param name="human">Writes tables and lines.</param>
    public void Show<T>(T result, JsonTypeInfo<T> type, Action<ResultWriter> human) => Show(result, type, human, JsonText.Indented);

    /// <summary>A session without progress of its own, for one of several works at a time.</summary>
    /// <param name="threads">The threads that it computes with.</param>
    public static Session Background(int threads) => new(threads, seed: 0, json: false, quiet: true);

    /// <summary>This session with another seed; the threads are this one's.</summary>
    public Session With(ulong seed) => new(this, seed);

    /// <summary>
    /// Writes one of several results: as a JSON object a line under <c>--json</c>, else what <paramref name="human"/> writes.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <param name="type">Its members in JSON.</param>
    /// <param name="human">Writes tables and lines.</param>
    public void ShowLine<T>(T result, JsonTypeInfo<T> type, Action<ResultWriter> human) => Show(result, type, human, JsonText.Compact);

    /// <summary>Writes what is for people alone.</summary>
    /// <param name="human">Writes tables and lines.</param>
    public void ShowText(Action<ResultWriter> human)
    {
        if (StandardStreams.OutputIsTerminal) StandardError.ClearProgress();
        human(_results);
    }

    private void Show<T>(T result, JsonTypeInfo<T> type, Action<ResultWriter> human, JsonWriterOptions options)
    {
        if (!Json)
        {
            ShowText(human);
            return;
        }
        if (StandardStreams.OutputIsTerminal) StandardError.ClearProgress();
        Console.Out.WriteLine(JsonText.From(result, type, options));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_workers.IsValueCreated && !_sharesWorkers) _workers.Value.Dispose();
    }
}
