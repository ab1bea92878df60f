using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>The product with packed weights as a layer uses it: what follows is done to a block while it is in the cache.</summary>
public class GemmEpilogueBenchmarks
{
    private AlignedBuffer<float> _a, _b, _bias, _residual, _c;
    private PackedMatrix<float>? _packed;
    private WorkerPool _workers = WorkerPool.Single;

    /// <summary>What is multiplied.</summary>
    [ParamsSource(nameof(Cases))]
    public GemmShape Shape { get; set; } = Shapes.Tiny;

    /// <summary>Threads that share the work.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<GemmShape> Cases => Shapes.Gemms;

    /// <summary>The values of <see cref="Threads"/>.</summary>
    public static IEnumerable<int> ThreadCounts => Shapes.Threads;

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        _a = Inputs.Gaussian(Shape.Rows * Shape.Depth, seed: 1);
        _b = Inputs.Gaussian(Shape.Depth * Shape.Columns, seed: 2);
        // Sums of the size of one, as in a trained layer: GELU takes its time where it bends.
        foreach (ref float weight in _b.Span) weight /= MathF.Sqrt(Shape.Depth);
        _bias = Inputs.Gaussian(Shape.Columns, seed: 3);
        _residual = Inputs.Gaussian(Shape.Rows * Shape.Columns, seed: 4);
        _c = Inputs.Zeros(Shape.Rows * Shape.Columns);
        _packed = new PackedMatrix<float>(_workers, B());
        Verify(nameof(Bias), Bias, (_, sums) => sums);
        Verify(nameof(BiasGelu), BiasGelu, (_, sums) => Array.ConvertAll(sums, FormulaOracle.Gelu));
        Verify(nameof(BiasResidual), BiasResidual, AddResidual);
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void Bias() =>
        Gemm.Multiply(_workers, A(), _packed!, _c.Span, Shape.Columns, accumulate: false, new BiasEpilogue<float>(_bias.Span));

    [Benchmark]
    public void BiasGelu() =>
        Gemm.Multiply(_workers, A(), _packed!, _c.Span, Shape.Columns, accumulate: false, new BiasGeluEpilogue<float>(_bias.Span, default));

    [Benchmark]
    public void BiasResidual() => Gemm.Multiply(
        _workers, A(), _packed!, _c.Span, Shape.Columns, accumulate: false, new BiasResidualEpilogue<float>(_bias.Span, _residual.Span));

    private MatrixView<float> A() => new(_a.Span, Shape.Rows, Shape.Depth);

    private MatrixView<float> B() => new(_b.Span, Shape.Depth, Shape.Columns);

    /// <summary>Compares a few rows.</summary>
    private void Verify(string what, Action multiply, Func<int, double[], double[]> epilogue)
    {
        multiply();
        for (int row = 0; row < Shape.Rows; row += Math.Max(1, Shape.Rows / 7))
        {
            double[] sums = MatrixOracle.Row(A(), B(), row);
            for (int column = 0; column < sums.Length; column++) sums[column] += _bias.Span[column];
            Check.Close(what, _c.Span.Slice(row * Shape.Columns, Shape.Columns), epilogue(row, sums));
        }
    }

    private double[] AddResidual(int row, double[] sums)
    {
        for (int column = 0; column < sums.Length; column++) sums[column] += _residual.Span[(row * Shape.Columns) + column];
        return sums;
    }
}
