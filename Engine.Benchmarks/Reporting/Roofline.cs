using System.Diagnostics;
using QEngine.Tools.Benchmarking;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>What multiply-adds reach when nothing leaves the registers, measured once a thread count.</summary>
internal static class Roofline
{
    // Long enough for the loop to be compiled again with optimisation and for a busy machine to leave a gap.
    private const double Seconds = 0.5;

    private static readonly Dictionary<int, double> Measured = [];

    /// <summary>10^9 floating point operations a second.</summary>
    /// <param name="threads">Threads that run the loop.</param>
    internal static double Gigaflops(int threads)
    {
        if (Measured.TryGetValue(threads, out double known)) return known;
        using WorkerPool workers = new(threads);
        PeakMeter peak = new(workers);
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < Seconds;) peak.Measure();
        return Measured[threads] = peak.Gigaflops;
    }
}
