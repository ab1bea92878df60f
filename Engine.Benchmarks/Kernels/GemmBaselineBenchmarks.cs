using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>What packing and vectors gain over three loops, on a shape small enough for them.</summary>
public class GemmBaselineBenchmarks
{
    private AlignedBuffer<float> _a, _b, _c;

    /// <summary>What is multiplied.</summary>
    [ParamsSource(nameof(Cases))]
    public GemmShape Shape { get; set; } = Shapes.Tiny;

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<GemmShape> Cases => [Shapes.Tiny];

    [GlobalSetup]
    public void Setup()
    {
        _a = Inputs.Gaussian(Shape.Rows * Shape.Depth, seed: 1);
        _b = Inputs.Gaussian(Shape.Depth * Shape.Columns, seed: 2);
        _c = Inputs.Zeros(Shape.Rows * Shape.Columns);
        Naive();
        double[] naive = Inputs.Wide(_c.Span);
        Packed();
        Check.Close(nameof(Packed), _c.Span, naive);
    }

    [Benchmark(Baseline = true)]
    public void Naive() => NaiveGemm.Multiply(A(), B(), _c.Span);

    [Benchmark]
    public void Packed() => Gemm.Multiply(WorkerPool.Single, A(), B(), _c.Span, Shape.Columns, accumulate: false);

    private MatrixView<float> A() => new(_a.Span, Shape.Rows, Shape.Depth);

    private MatrixView<float> B() => new(_b.Span, Shape.Depth, Shape.Columns);
}
