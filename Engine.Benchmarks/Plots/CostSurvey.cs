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

    /// <summary>Measures batches.</summary>
    /// <param name="points">The batches.</param>
    internal static Cost[] Measure(IReadOnlyList<CostPoint> points)
    {
        EmbeddingModel<float> model = RandomModel.Create(Preset);
        Dictionary<int, WorkerPool> pools =
            points.Select(point => point.Threads).Distinct().ToDictionary(threads => threads, threads => new WorkerPool(threads));
        EncoderPass[] passes =
            [.. points.Select(point => new EncoderPass(model, RandomModel.Batch(point.Texts, point.Tokens), pools[point.Threads]))];
        double[][] microseconds = InterleavedRuns.Measure([.. passes.Select<EncoderPass, Action>(pass => () => pass.Run())]);
        foreach (WorkerPool pool in pools.Values) pool.Dispose();
        return [.. points.Zip(microseconds, Summary)];
    }

    private static Cost Summary(CostPoint point, double[] microseconds)
    {
        int tokens = point.Texts * point.Tokens;
        return new Cost(point, microseconds[microseconds.Length / 2] / tokens, microseconds[0] / tokens, microseconds[^1] / tokens);
    }
}
