using System.Diagnostics;
using QEngine.Models;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>A batch whose cost is measured.</summary>
/// <param name="Texts">Texts of the batch.</param>
/// <param name="Tokens">Tokens of a text.</param>
/// <param name="Threads">Threads that share the work.</param>
internal readonly record struct CostPoint(int Texts, int Tokens, int Threads);

/// <summary>What a token of a batch costs, in microseconds.</summary>
/// <param name="Point">The batch.</param>
/// <param name="Median">Median of the runs.</param>
/// <param name="Fastest">Fastest run.</param>
/// <param name="Slowest">Slowest run.</param>
internal readonly record struct Cost(CostPoint Point, double Median, double Fastest, double Slowest);

/// <summary>Measures what a token costs in the encoder of the preset minilm with mean pooling, after the tokenizer.</summary>
internal static class CostSurvey
{
    private const string Preset = "minilm";
    private const int Runs = 5;
    private const double SecondsPerRun = 0.1, WarmUpSeconds = 2;

    /// <summary>Measures batches.</summary>
    /// <remarks>A run of every batch, then the next of every batch: what disturbs the machine for a while disturbs one run of each.</remarks>
    /// <param name="points">The batches.</param>
    internal static Cost[] Measure(IReadOnlyList<CostPoint> points)
    {
        EmbeddingModel<float> model = RandomModel.Create(Preset);
        Dictionary<int, WorkerPool> pools =
            points.Select(point => point.Threads).Distinct().ToDictionary(threads => threads, threads => new WorkerPool(threads));
        EncoderPass[] passes =
            [.. points.Select(point => new EncoderPass(model, RandomModel.Batch(point.Texts, point.Tokens), pools[point.Threads]))];
        for (Stopwatch warm = Stopwatch.StartNew(); warm.Elapsed.TotalSeconds < WarmUpSeconds;)
        {
            foreach (EncoderPass pass in passes) pass.Run();
        }

        double[][] microseconds = [.. points.Select(_ => new double[Runs])];
        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < passes.Length; i++) microseconds[i][run] = Run(passes[i]) / (points[i].Texts * points[i].Tokens);
            Console.WriteLine($"run {run + 1} of {Runs}");
        }
        foreach (WorkerPool pool in pools.Values) pool.Dispose();
        return [.. points.Zip(microseconds, Summary)];
    }

    /// <summary>Microseconds of one pass.</summary>
    private static double Run(EncoderPass pass)
    {
        // The batch before has taken the caches.
        pass.Run();
        Stopwatch watch = Stopwatch.StartNew();
        int calls = 0;
        do
        {
            pass.Run();
            calls++;
        }
        while (watch.Elapsed.TotalSeconds < SecondsPerRun);
        return watch.Elapsed.TotalMicroseconds / calls;
    }

    private static Cost Summary(CostPoint point, double[] microseconds)
    {
        Array.Sort(microseconds);
        return new Cost(point, microseconds[Runs / 2], microseconds[0], microseconds[^1]);
    }
}
