using BenchmarkDotNet.Running;

namespace QEngine.Benchmarks;

/// <summary>GFLOP/s as a share of what multiply-adds in registers reach on as many threads.</summary>
internal sealed class RooflineColumn() : FigureColumn("% of FMA", Explanation)
{
    private const string Explanation =
        "GFLOP/s in per cent of Engine/Kernels/Gemm/FmaLoop.cs on as many threads with the widest lanes of this machine: "
        + "the best of some hundred runs of a millisecond, by the process that prints this table, after the benchmarks";

    protected override double? Figure(BenchmarkCase benchmark, double nanoseconds) =>
        100 * GigaflopsColumn.Of(benchmark, nanoseconds) / Roofline.Gigaflops(Threads(benchmark));

    private static int Threads(BenchmarkCase benchmark) =>
        Parameter<LoopShape>(benchmark)?.Threads
        ?? benchmark.Parameters.Items.Where(parameter => parameter.Name == "Threads").Select(parameter => (int)parameter.Value).FirstOrDefault(1);
}
