using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>The most multiply-adds that threads do when nothing leaves the registers: the roofline that kernels are measured against.</summary>
public class FmaLoopBenchmark
{
    private float[] _results = [];
    private int _iterations;
    private WorkerPool _workers = WorkerPool.Single;

    /// <summary>How many threads do it.</summary>
    [ParamsSource(nameof(Cases))]
    public LoopShape Shape { get; set; } = new(1);

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<LoopShape> Cases => Shapes.Threads.Select(threads => new LoopShape(threads));

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Shape.Threads);
        _results = new float[Shape.Threads];
        // What one turn does depends on the lane's width; the work of a call does not.
        _iterations = (int)(LoopShape.FlopsPerThread / FmaLoop.Run<float>(WorkerPool.Single, 1, _results.AsSpan(0, 1)));
        double flopsPerTurn = FmaLoop.Run<float>(_workers, 1, _results) / (double)Shape.Threads;
        Run();
        // a = a / 2 + 1 goes to 2 in every element of every chain, and a multiply-add of an element counts two.
        Check.Close(nameof(Run), _results, [.. Enumerable.Repeat(flopsPerTurn, Shape.Threads)], 1e-6);
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void Run() => FmaLoop.Run<float>(_workers, _iterations, _results);
}
