using System.Diagnostics;

namespace QEngine.Benchmarks;

/// <summary>Times several passes beside each other.</summary>
internal static class InterleavedRuns
{
    private const int Runs = 5;
    private const double SecondsPerRun = 0.1, WarmUpSeconds = 2;

    /// <summary>Measures passes.</summary>
    /// <remarks>A run of every pass, then the next of every pass: what disturbs the machine for a while disturbs one run of each.</remarks>
    /// <param name="passes">What is timed.</param>
    /// <returns>For each pass the microseconds of one, of every run, the fastest first.</returns>
    internal static double[][] Measure(IReadOnlyList<Action> passes)
    {
        for (Stopwatch warm = Stopwatch.StartNew(); warm.Elapsed.TotalSeconds < WarmUpSeconds;)
        {
            foreach (Action pass in passes) pass();
        }

        double[][] microseconds = [.. passes.Select(_ => new double[Runs])];
        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < passes.Count; i++) microseconds[i][run] = Run(passes[i]);
            Console.WriteLine($"run {run + 1} of {Runs}");
        }
        foreach (double[] runs in microseconds) Array.Sort(runs);
        return microseconds;
    }

    /// <summary>Microseconds of one pass.</summary>
    private static double Run(Action pass)
    {
        // The pass before has taken the caches.
        pass();
        Stopwatch watch = Stopwatch.StartNew();
        int calls = 0;
        do
        {
            pass();
            calls++;
        }
        while (watch.Elapsed.TotalSeconds < SecondsPerRun);
        return watch.Elapsed.TotalMicroseconds / calls;
    }
}
