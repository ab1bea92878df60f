using System.Diagnostics;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>
/// What it costs to share a job of two short items after a pause: the caller waits busily for the pause, then starts the job. The
/// difference to <see cref="Pause"/> is the cost. After a short pause the threads still spin, after a long one they sleep.
/// </summary>
public class WorkerPoolBenchmarks
{
    // About two microseconds an item: no item is worth a thread, all that shows is the way to it.
    private const int Turns = 2000;

    // Results of two threads in cache lines of their own.
    private const int Padding = 64;

    private readonly WorkerPool _workers = new(2);
    private readonly float[] _results = new float[2 * Padding];

    /// <summary>Time between two jobs.</summary>
    [Params(0, 20, 1000)]
    public int PauseMicroseconds { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Job();
        double expected = Sum();
        Check.Close(nameof(Job), (float[])[_results[0], _results[Padding]], [expected, expected]);
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    /// <summary>The pause and both items, on one thread.</summary>
    [Benchmark(Baseline = true)]
    public void Pause()
    {
        Wait();
        _results[0] = Sum();
        _results[Padding] = Sum();
    }

    /// <summary>The pause, then the items on two threads.</summary>
    [Benchmark]
    public void Job()
    {
        Wait();
        Body body = new(_results);
        _workers.For(2, ref body);
    }

    /// <summary>The same through the platform's thread pool.</summary>
    [Benchmark]
    public void ParallelFor()
    {
        Wait();
        float[] results = _results;
        Parallel.For(0, 2, item => results[item * Padding] = Sum());
    }

    private void Wait()
    {
        long end = Stopwatch.GetTimestamp() + (PauseMicroseconds * Stopwatch.Frequency / 1_000_000);
        while (Stopwatch.GetTimestamp() < end) Thread.SpinWait(4);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sum()
    {
        double sum = 0;
        for (int i = 1; i <= Turns; i++) sum += 1.0 / i;
        return (float)sum;
    }

    private readonly struct Body(float[] results) : IParallelBody
    {
        public void Invoke(int item) => results[item * Padding] = Sum();
    }
}
