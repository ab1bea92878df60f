using BenchmarkDotNet.Running;

namespace QEngine.Benchmarks;

/// <summary>Floating point operations a nanosecond, from the shape's own count.</summary>
internal sealed class GigaflopsColumn()
    : FigureColumn("GFLOP/s", "10^9 floating point operations a second in matrix products; a multiply-add counts two")
{
    /// <summary>The same for other columns.</summary>
    internal static double? Of(BenchmarkCase benchmark, double nanoseconds) =>
        Parameter<IWork>(benchmark)?.Flops(benchmark.Descriptor.WorkloadMethod.Name) / nanoseconds;

    protected override double? Figure(BenchmarkCase benchmark, double nanoseconds) => Of(benchmark, nanoseconds);
}
