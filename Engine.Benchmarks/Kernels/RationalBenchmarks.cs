using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>The rational activation in eight groups, with all its gradients, on one thread; beside it <see cref="GeluBenchmarks"/>.</summary>
[Traffic(nameof(Forward), 2)]
[Traffic(nameof(Backward), 4)]
public class RationalBenchmarks
{
    private const int Groups = 8;

    private AlignedBuffer<float> _x, _y, _dy, _dx, _a, _b, _da, _db;

    /// <summary>The elements.</summary>
    [ParamsSource(nameof(Cases))]
    public RowsShape Shape { get; set; } = Shapes.Rows[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<RowsShape> Cases => Shapes.Rows.Where(shape => shape.Columns % Groups == 0);

    [GlobalSetup]
    public void Setup()
    {
        (_x, _dy) = (Inputs.Gaussian(Shape.Length, 1), Inputs.Gaussian(Shape.Length, 2));
        (_y, _dx) = (Inputs.Zeros(Shape.Length), Inputs.Zeros(Shape.Length));
        (_a, _b) = (Inputs.Gaussian(6, 3), Inputs.Gaussian(4 * Groups, 4));
        (_da, _db) = (Inputs.Zeros(6), Inputs.Zeros(4 * Groups));
        Forward();
        Backward();
        double[] x = Inputs.Wide(_x.Span), a = Inputs.Wide(_a.Span), b = Inputs.Wide(_b.Span);
        Check.Close(nameof(Forward), _y.Span, RationalOracle.Rows(x, Shape.Columns, a, b));
        Check.Gradient(nameof(Backward), at => Check.Dot(RationalOracle.Rows(at, Shape.Columns, a, b), _dy.Span), x, _dx.Span);
        Check.Gradient(nameof(Backward), at => Check.Dot(RationalOracle.Rows(x, Shape.Columns, at, b), _dy.Span), a, _da.Span);
        Check.Gradient(nameof(Backward), at => Check.Dot(RationalOracle.Rows(x, Shape.Columns, a, at), _dy.Span), b, _db.Span);
    }

    [Benchmark]
    public void Forward() => Rational.Forward<float>(WorkerPool.Single, _x.Span, Shape.Columns, _a.Span, _b.Span, _y.Span);

    [Benchmark]
    public void Backward() =>
        Rational.Backward<float>(WorkerPool.Single, _x.Span, Shape.Columns, _a.Span, _b.Span, _dy.Span, _dx.Span, _da.Span, _db.Span);
}
