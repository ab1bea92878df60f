using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Softmax with cross-entropy, on one thread.</summary>
[Traffic(nameof(Forward), 2)]
[Traffic(nameof(Backward), 3)]
public class SoftmaxBenchmarks
{
    private AlignedBuffer<float> _logits, _probabilities, _losses, _dlogits;
    private int[] _labels = [];

    /// <summary>Rows and classes.</summary>
    [ParamsSource(nameof(Cases))]
    public RowsShape Shape { get; set; } = Shapes.Logits[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<RowsShape> Cases => Shapes.Logits;

    [GlobalSetup]
    public void Setup()
    {
        _logits = Inputs.Gaussian(Shape.Length, seed: 1);
        _labels = Inputs.Indices(Shape.Rows, Shape.Columns, seed: 2);
        (_probabilities, _dlogits, _losses) = (Inputs.Zeros(Shape.Length), Inputs.Zeros(Shape.Length), Inputs.Zeros(Shape.Rows));
        Forward();
        Backward();
        double[] logits = Inputs.Wide(_logits.Span);
        Check.Close(nameof(Forward), _losses.Span, SoftmaxOracle.Losses(logits, _labels));
        Check.Gradient(nameof(Backward), at => SoftmaxOracle.Losses(at, _labels).Sum(), logits, _dlogits.Span);
    }

    [Benchmark]
    public void Forward() =>
        Softmax.CrossEntropyForward<float>(WorkerPool.Single, _logits.Span, _labels, _probabilities.Span, _losses.Span);

    [Benchmark]
    public void Backward() => Softmax.CrossEntropyBackward(WorkerPool.Single, _probabilities.Span, _labels, 1f, _dlogits.Span);
}
