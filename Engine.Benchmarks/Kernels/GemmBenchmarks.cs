using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>
/// The matrix product in its four uses: plain, with B transposed (a linear layer), with A transposed (its gradient), and with B packed
/// before (a linear layer in inference).
/// </summary>
public class GemmBenchmarks
{
    private AlignedBuffer<float> _a, _b, _c;
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
        _c = Inputs.Zeros(Shape.Rows * Shape.Columns);
        _packed = new PackedMatrix<float>(_workers, B());
        Verify(nameof(NN), NN, A, B);
        Verify(nameof(NT), NT, A, BTransposed);
        Verify(nameof(TN), TN, ATransposed, B);
        Verify(nameof(Packed), Packed, A, B);
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void NN() => Gemm.Multiply(_workers, A(), B(), _c.Span, Shape.Columns, accumulate: false);

    [Benchmark]
    public void NT() => Gemm.Multiply(_workers, A(), BTransposed(), _c.Span, Shape.Columns, accumulate: false);

    [Benchmark]
    public void TN() => Gemm.Multiply(_workers, ATransposed(), B(), _c.Span, Shape.Columns, accumulate: false);

    [Benchmark]
    public void Packed() => Gemm.Multiply(_workers, A(), _packed!, _c.Span, Shape.Columns, accumulate: false, default(NoEpilogue<float>));

    private MatrixView<float> A() => new(_a.Span, Shape.Rows, Shape.Depth);

    private MatrixView<float> ATransposed() => new MatrixView<float>(_a.Span, Shape.Depth, Shape.Rows).Transposed;

    private MatrixView<float> B() => new(_b.Span, Shape.Depth, Shape.Columns);

    private MatrixView<float> BTransposed() => new MatrixView<float>(_b.Span, Shape.Columns, Shape.Depth).Transposed;

    private delegate MatrixView<float> View();

    private void Verify(string what, Action multiply, View a, View b)
    {
        multiply();
        // A few rows stand for all: of the large shapes a triple loop would take longer than the benchmark.
        for (int row = 0; row < Shape.Rows; row += Math.Max(1, Shape.Rows / 7))
        {
            Check.Close(what, _c.Span.Slice(row * Shape.Columns, Shape.Columns), MatrixOracle.Row(a(), b(), row));
        }
    }
}
