using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace QEngine.Benchmarks;

/// <summary>Floating point operations a nanosecond, from the mean time and the shape's own count.</summary>
internal sealed class GigaflopsColumn : IColumn
{
    public string Id => nameof(GigaflopsColumn);

    public string ColumnName => "GFLOP/s";

    public string Legend => "10^9 floating point operations a second; a multiply-add counts two";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => Work(benchmark) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        double? flops = Work(benchmarkCase)?.Flops(benchmarkCase.Descriptor.WorkloadMethod.Name);
        return (flops / nanoseconds)?.ToString("F1", CultureInfo.InvariantCulture) ?? "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    private static IWork? Work(BenchmarkCase benchmark) =>
        benchmark.Parameters.Items.Select(parameter => parameter.Value).OfType<IWork>().FirstOrDefault();
}
