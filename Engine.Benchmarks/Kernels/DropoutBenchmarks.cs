using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Dropout of a tenth of the elements, on one thread.</summary>
[Traffic(nameof(Forward), 2)]
[Traffic(nameof(Backward), 3)]
public class DropoutBenchmarks
{
    private static readonly Dropout Tenth = new(rate: 0.1f, seed: 7);

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
        Verify();
    }

    [Benchmark]
    public void Forward() => Tenth.Apply<float>(WorkerPool.Single, _x.Span, _y.Span, accumulate: false);

    [Benchmark]
    public void Backward() => Tenth.Apply<float>(WorkerPool.Single, _dy.Span, _dx.Span, accumulate: true);

    /// <summary>An element is dropped in both passes or in neither, and a tenth of all are, within five standard deviations.</summary>
    private void Verify()
    {
        double[] mask = new double[Shape.Length], y = new double[Shape.Length], dx = new double[Shape.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = _y.Span[i] == 0 ? 0 : 1 / (1 - (double)Tenth.Rate);
            (y[i], dx[i]) = (mask[i] * _x.Span[i], mask[i] * _dy.Span[i]);
        }
        Check.Close(nameof(Forward), _y.Span, y);
        Check.Close(nameof(Backward), _dx.Span, dx);
        double share = mask.Count(factor => factor == 0) / (double)Shape.Length;
        Check.Close("share", [(float)share], [Tenth.Rate], 5 * Math.Sqrt(Tenth.Rate / Shape.Length));
    }
}
