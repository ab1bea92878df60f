using QEngine.Memory;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Work whose time is measured.</summary>
/// <param name="Work">Its name.</param>
/// <param name="Inputs">d, numbers of a vector, or tokens of a text; null for a search.</param>
/// <param name="Outputs">k, numbers of an embedding.</param>
/// <param name="Batch">Vectors, texts or queries at a time.</param>
/// <param name="Threads">Threads that share the work.</param>
internal readonly record struct LatencyPoint(string Work, int? Inputs, int Outputs, int Batch, int Threads);

/// <summary>What a vector, text or query takes, in microseconds.</summary>
/// <param name="Point">The work.</param>
/// <param name="Median">Median of the runs.</param>
/// <param name="Fastest">Fastest run.</param>
/// <param name="Slowest">Slowest run.</param>
internal readonly record struct Latency(LatencyPoint Point, double Median, double Fastest, double Slowest);

/// <summary>
/// Measures heads around the paper's size, one of d, k and the batch at a time; beside them the encoder of the preset minilm with mean
/// pooling, and searches by each similarity.
/// </summary>
internal static class LatencySurvey
{
    /// <summary>d, k and the batch where another of them changes.</summary>
    internal const int VectorSize = 768, EmbeddingSize = 64, BatchSize = 64;

    /// <summary>Tokens of a text.</summary>
    internal const int Tokens = 64;

    /// <summary>Vectors that are searched.</summary>
    internal const int Stored = 10_000;

    /// <summary>What every pair scored is named by, after its similarity.</summary>
    internal const string EveryPair = ", every pair";

    /// <summary>The name of the encoder.</summary>
    internal const string Encoder = "encoder";

    private const string Preset = "minilm";

    // d of the preset.
    private const int EncoderWidth = 384;

    private static readonly int[] VectorSizes = [128, EncoderWidth, VectorSize, 1536, 3072];
    private static readonly int[] EmbeddingSizes = [16, EmbeddingSize, 256, 384, VectorSize];
    private static readonly int[] BatchSizes = [1, 8, BatchSize, 512, 4096], EncoderBatches = [1, BatchSize];

    /// <summary>Everything that is measured.</summary>
    internal static Latency[] Measure()
    {
        Dictionary<int, WorkerPool> pools = Shapes.Threads.ToDictionary(threads => threads, threads => new WorkerPool(threads));
        // Each with a warm-up of its own: where one pass takes long, the others are hardly called in it.
        Latency[] latencies = [.. Measure([.. Heads(pools)]), .. Measure([.. Searches(pools[1])]), .. Measure([.. Encoders(pools)])];
        foreach (WorkerPool pool in pools.Values) pool.Dispose();
        return latencies;
    }

    private static IEnumerable<Latency> Measure(TimedPass[] passes) =>
        passes.Zip(InterleavedRuns.Measure([.. passes.Select(pass => pass.Run)]), Summary);

    private static IEnumerable<TimedPass> Heads(Dictionary<int, WorkerPool> pools)
    {
        IEnumerable<(int Inputs, int Outputs, int Batch, int Threads)> sizes =
        [
            .. VectorSizes.Select(inputs => (inputs, EmbeddingSize, BatchSize, 1)),
            .. EmbeddingSizes.Select(outputs => (VectorSize, outputs, BatchSize, 1)),
            .. pools.Keys.SelectMany(threads => BatchSizes.Select(batch => (VectorSize, EmbeddingSize, batch, threads))),
            // One text after the encoder.
            (EncoderWidth, EmbeddingSize, 1, 1),
        ];
        AlignedBuffer<float> vectors = Inputs.Gaussian(Math.Max(BatchSizes.Max() * VectorSize, BatchSize * VectorSizes.Max()), seed: 2);
        foreach ((int inputs, int outputs, int batch, int threads) in sizes.Distinct())
        {
            foreach (HeadKind kind in HeadKind.All)
            {
                if (kind.Configuration(inputs, outputs) is not { } configuration) continue;
                Memory<float> rows = vectors.Array.AsMemory(vectors.Offset, batch * inputs);
                HeadPass pass = new(configuration, kind.Format, rows, pools[threads]);
                yield return new TimedPass(new LatencyPoint(kind.Name, inputs, outputs, batch, threads), batch, pass.Run);
            }
        }
    }

    private static IEnumerable<TimedPass> Searches(WorkerPool workers)
    {
        foreach (int outputs in EmbeddingSizes)
        {
            foreach (Similarity similarity in Enum.GetValues<Similarity>())
            {
                SearchPass pass = new(similarity, outputs, Stored, workers);
                LatencyPoint point = new(similarity.Name(), null, outputs, 1, workers.Count);
                yield return new TimedPass(point, SearchPass.Queries, pass.ByIndex);
                yield return new TimedPass(point with { Work = point.Work + EveryPair }, SearchPass.Queries, pass.EveryPair);
            }
        }
    }

    private static IEnumerable<TimedPass> Encoders(Dictionary<int, WorkerPool> pools)
    {
        EmbeddingModel<float> model = RandomModel.Create(Preset);
        foreach ((int threads, WorkerPool workers) in pools)
        {
            foreach (int texts in EncoderBatches)
            {
                PackedSequences batch = RandomModel.Batch(texts, Tokens);
                EncoderPass pass = new(model, batch, workers);
                double[] expected = RandomModel.Precise(model, batch.Ids.Span[^Tokens..]);
                Check.Close(Encoder, pass.Run()[^expected.Length..], expected);
                yield return new TimedPass(new LatencyPoint(Encoder, Tokens, expected.Length, texts, threads), texts, () => pass.Run());
            }
        }
    }

    private static Latency Summary(TimedPass pass, double[] microseconds) => new(
        pass.Point, microseconds[microseconds.Length / 2] / pass.Count, microseconds[0] / pass.Count, microseconds[^1] / pass.Count);

    /// <summary>A call that is timed.</summary>
    /// <param name="Point">What it does.</param>
    /// <param name="Count">Vectors, texts or queries of it.</param>
    /// <param name="Run">Does it.</param>
    private readonly record struct TimedPass(LatencyPoint Point, int Count, Action Run);
}
