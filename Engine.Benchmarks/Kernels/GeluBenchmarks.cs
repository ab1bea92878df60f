using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>The exact GELU, on one thread.</summary>
[Traffic(nameof(Forward), 2)]
[Traffic(nameof(Backward), 4)]
public class GeluBenchmarks
{
    private AlignedBuffer<float> _x, _y, _dy, _dx;

    /// <summary>The elements.</summary>
    [ParamsSource(nameof(Cases))]
    public RowsShape Shape { get; set; } = Shapes.Rows[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<RowsShape> Cases => Shapes.Rows;

    [GlobalSetup]
    public void Setup()
    {
        (_x, _dy) = (Inputs.Gaussian(Shape.Length, 1), Inputs.Gaussian(Shape.Length, 2));
        (_y, _dx) = (Inputs.Zeros(Shape.Length), Inputs.Zeros(Shape.Length));
        Forward();
        Backward();
        double[] x = Inputs.Wide(_x.Span);
        Check.Close(nameof(Forward), _y.Span, Array.ConvertAll(x, FormulaOracle.Gelu));
        Check.Gradient(nameof(Backward), at => Check.Dot(Array.ConvertAll(at, FormulaOracle.Gelu), _dy.Span), x, _dx.Span);
    }

    [Benchmark]
    public void Forward() => Elementwise.Apply<Gelu<float>, float>(WorkerPool.Single, default, _x.Span, _y.Span);

    [Benchmark]
    public void Backward() => Elementwise.Apply<GeluBackward<float>, float>(WorkerPool.Single, default, _x.Span, _dy.Span, _dx.Span, _dx.Span);
}
