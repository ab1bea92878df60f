using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace QEngine.Benchmarks;

/// <summary>A column with a figure that follows from the mean time; shown where a benchmark of the table has one.</summary>
/// <param name="name">The column's head.</param>
/// <param name="legend">What the figure is.</param>
internal abstract class FigureColumn(string name, string legend) : IColumn
{
    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => Figure(benchmark, 1) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        double? figure = nanoseconds is double time ? Figure(benchmarkCase, time) : null;
        return figure?.ToString("F1", CultureInfo.InvariantCulture) ?? "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    /// <summary>The figure, or null where the benchmark has none.</summary>
    /// <param name="benchmark">The benchmark.</param>
    /// <param name="nanoseconds">Time of one call.</param>
    protected abstract double? Figure(BenchmarkCase benchmark, double nanoseconds);

    /// <summary>The parameter of a type, or null.</summary>
    protected static T? Parameter<T>(BenchmarkCase benchmark)
        where T : class =>
        benchmark.Parameters.Items.Select(parameter => parameter.Value).OfType<T>().FirstOrDefault();
}
