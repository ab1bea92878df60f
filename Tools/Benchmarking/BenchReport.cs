using System.Diagnostics;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Benchmarking;

/// <summary>What some runs of the same work took.</summary>
/// <param name="Milliseconds">Mean time of one call in every run, in the order of the runs.</param>
/// <param name="Tokens">Tokens of a call.</param>
/// <param name="Flops">Floating point operations of a call's matrix products.</param>
/// <param name="PeakGigaflops">What the register-only loop reached on as many threads between the runs.</param>
/// <param name="PeakBytes">Largest resident memory of the process.</param>
internal sealed record BenchReport(double[] Milliseconds, int Tokens, double Flops, double PeakGigaflops, long PeakBytes)
{
    private const int Runs = 5;
    // The runtime replaces a method by its optimised code after 30 calls.
    private const int WarmUpCalls = 3;
    // Of the length of a run.
    private const double WarmUpRuns = 2.5;

    /// <summary>Seconds that a run takes at least; tests make it shorter.</summary>
    internal static double MinSeconds { get; set; } = 0.4;

    /// <summary>Median over the runs.</summary>
    public double MedianMilliseconds => Milliseconds.Order().ElementAt(Milliseconds.Length / 2);

    /// <summary>Tokens a second of the median run.</summary>
    public double TokensPerSecond => Tokens / MedianMilliseconds * 1e3;

    /// <summary>10^9 floating point operations a second of the median run.</summary>
    public double Gigaflops => Flops / MedianMilliseconds / 1e6;

    /// <summary>Share of the register-only loop's speed, in per cent.</summary>
    public double PercentOfPeak => 100 * Gigaflops / PeakGigaflops;

    /// <summary>Warms up and measures.</summary>
    /// <param name="session">Threads and progress.</param>
    /// <param name="work">The work.</param>
    public static BenchReport Measure(Session session, BenchWork work)
    {
        Stopwatch watch = Stopwatch.StartNew();
        PeakMeter peak = new(session.Workers);
        int calls = 0;
        for (; calls < WarmUpCalls || watch.Elapsed.TotalSeconds < WarmUpRuns * MinSeconds; calls++) Call(work);
        double[] milliseconds = new double[Runs];
        for (int run = 0; run < Runs; run++)
        {
            peak.Measure();
            milliseconds[run] = Run(work);
            session.Progress.Report("bench", (run + 1.0) / Runs, watch.Elapsed, $"{work.Tokens / milliseconds[run] * 1e3:N0} tokens/s");
        }
        peak.Measure();
        using Process process = Process.GetCurrentProcess();
        return new BenchReport(milliseconds, work.Tokens, work.Flops, peak.Gigaflops, process.PeakWorkingSet64);
    }

    private static double Run(BenchWork work)
    {
        Stopwatch watch = Stopwatch.StartNew();
        int calls = 0;
        do
        {
            Call(work);
            calls++;
        }
        while (watch.Elapsed.TotalSeconds < MinSeconds);
        return watch.Elapsed.TotalMilliseconds / calls;
    }

    private static void Call(BenchWork work)
    {
        Session.Cancellation.ThrowIfCancellationRequested();
        work.Run();
    }
}
