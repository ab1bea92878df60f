using BenchmarkDotNet.Attributes;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Encoder and mean pooling, from token ids to vectors.</summary>
public class EncoderBenchmarks
{
    private WorkerPool _workers = WorkerPool.Single;
    private EncoderPass? _pass;

    /// <summary>The encoder and its batch.</summary>
    [ParamsSource(nameof(Cases))]
    public BatchShape Shape { get; set; } = Shapes.Batches[0];

    /// <summary>Threads that share the work.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<BatchShape> Cases => Shapes.Batches;

    /// <summary>The values of <see cref="Threads"/>.</summary>
    public static IEnumerable<int> ThreadCounts => Shapes.Threads;

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        EmbeddingModel<float> model = RandomModel.Create(Shape.Preset);
        PackedSequences batch = RandomModel.Batch(Shape.Sequences, Shape.Length);
        _pass = new EncoderPass(model, batch, _workers);
        // No sequence knows of the others, so the last one stands for all.
        double[] expected = RandomModel.Precise(model, batch.Ids.Span[^Shape.Length..]);
        Check.Close(nameof(Forward), _pass.Run()[^expected.Length..], expected);
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void Forward() => _pass!.Run();
}
