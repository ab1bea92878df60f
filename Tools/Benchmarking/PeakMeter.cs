using System.Diagnostics;
using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Tools.Benchmarking;

/// <summary>The most floating point operations a second that all threads reach together while nothing leaves the registers.</summary>
internal sealed class PeakMeter(WorkerPool workers)
{
    private const int Iterations = 1 << 18;
    private const int Repetitions = 8;

    private readonly float[] _results = new float[workers.Count];

    /// <summary>10^9 operations a second, the best of all measurements so far; 0 before the first.</summary>
    public double Gigaflops { get; private set; }

    /// <summary>Measures again, for some milliseconds.</summary>
    public void Measure()
    {
        for (int i = 0; i < Repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            long operations = FmaLoop.Run<float>(workers, Iterations, _results);
            Gigaflops = Math.Max(Gigaflops, operations / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9);
        }
    }
}
