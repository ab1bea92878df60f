using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>A linear layer of an encoder with its bias: in single precision, and in int8 with the rows quantised on the way.</summary>
public class Int8GemmBenchmarks
{
    private AlignedBuffer<float> _a, _w, _bias, _c;
    private PackedMatrix<float>? _single;
    private PackedInt8Matrix? _int8;
    private WorkerPool _workers = WorkerPool.Single;

    /// <summary>What is multiplied.</summary>
    [ParamsSource(nameof(Cases))]
    public GemmShape Shape { get; set; } = Shapes.Tiny;

    /// <summary>Threads that share the work.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<GemmShape> Cases => Shapes.Int8Gemms;

    /// <summary>The values of <see cref="Threads"/>.</summary>
    public static IEnumerable<int> ThreadCounts => Shapes.Threads;

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        _a = Inputs.Gaussian(Shape.Rows * Shape.Depth, seed: 1);
        _w = Inputs.Gaussian(Shape.Columns * Shape.Depth, seed: 2);
        _bias = Inputs.Gaussian(Shape.Columns, seed: 3);
        _c = Inputs.Zeros(Shape.Rows * Shape.Columns);
        _single = new PackedMatrix<float>(_workers, Weights());
        _int8 = new PackedInt8Matrix(Shape.Columns, Shape.Depth);
        sbyte[] codes = new sbyte[Shape.Depth];
        for (int i = 0; i < Shape.Columns; i++) _int8.Set(i, codes, Int8Codes.Encode(_w.Span.Slice(i * Shape.Depth, Shape.Depth), codes));

        Float();
        Verify(nameof(Float), 1e-4);
        Int8();
        // Numbers and weights are rounded to some hundredths of their deviation, so a sum to some hundredths of its own.
        Verify(nameof(Int8), 0.1 * Math.Sqrt(Shape.Depth));
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark(Baseline = true)]
    public void Float() =>
        Gemm.Multiply(_workers, A(), _single!, _c.Span, Shape.Columns, accumulate: false, new BiasEpilogue<float>(_bias.Span));

    [Benchmark]
    public void Int8() => Int8Gemm.Multiply(_workers, _a.Span, _int8!, _c.Span, new BiasEpilogue<float>(_bias.Span));

    private MatrixView<float> A() => new(_a.Span, Shape.Rows, Shape.Depth);

    private MatrixView<float> Weights() => new MatrixView<float>(_w.Span, Shape.Columns, Shape.Depth).Transposed;

    private void Verify(string what, double tolerance)
    {
        for (int row = 0; row < Shape.Rows; row += Math.Max(1, Shape.Rows / 7))
        {
            double[] expected = MatrixOracle.Row(A(), Weights(), row);
            for (int i = 0; i < expected.Length; i++) expected[i] += _bias.Span[i];
            Check.Close(what, _c.Span.Slice(row * Shape.Columns, Shape.Columns), expected, tolerance);
        }
    }
}
