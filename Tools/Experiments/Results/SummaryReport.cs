using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>Shows a summary: a table for every test, measure and number of bits, then the comparisons in words.</summary>
/// <param name="summary">The summary.</param>
internal sealed class SummaryReport(ExperimentSummary summary)
{
    /// <summary>Writes tables and sentences.</summary>
    public void Write(ResultWriter results)
    {
        foreach (IGrouping<(string Test, string Measure, int Bits), SummaryRow> rows in
            summary.Rows.GroupBy(row => (row.Test, row.Measure, row.Bits)))
        {
            results.Table(Table(rows.Key.Test, rows.Key.Measure, rows.Key.Bits, rows));
        }
        results.Remark("mean over seeds and items, standard deviation over seeds; intervals are of 95 %, over seeds and items");
        foreach (SummaryComparison comparison in summary.Comparisons) results.Line(comparison.Sentence);
        foreach (IGrouping<(string Test, int Bits), SummaryComparison> table in summary.Comparisons.GroupBy(one => (one.Test, one.Bits)))
        {
            double[] detectable = [.. table.Select(one => 100 * one.MinimumDetectable).Order()];
            results.Remark(string.Create(
                CultureInfo.InvariantCulture,
                $"{table.Key.Test}{BitsOf(table.Key.Bits)}: such designs find differences of {detectable[0]:F1} to "
                + $"{detectable[^1]:F1} points with a probability of 0.8; p-values are corrected over "
                + $"{Plural.Format(detectable.Length, "comparison")}"));
        }
        results.Remark($"{summary.Experiment}: {Plural.Format(summary.Cells, "cell")}");
    }

    private static string BitsOf(int bits) => bits == 32 ? "" : $", {Plural.Format(bits, "bit")}";

    private static ResultTable Table(string test, string measure, int bits, IEnumerable<SummaryRow> rows)
    {
        string title = $"{test}, {measure}{BitsOf(bits)}";
        ResultTable table = new(
            new("encoder"), new("model"), new("k", IsNumber: true), new("rows", IsNumber: true), new("bytes", IsNumber: true),
            new("head", IsNumber: true), new("seeds", IsNumber: true), new("mean", IsNumber: true), new("sd", IsNumber: true),
            new("low", IsNumber: true), new("high", IsNumber: true))
        {
            Title = new ResultTitle("measure", title, title),
        };
        foreach (SummaryRow row in rows)
        {
            table.Add(
                row.Backbone,
                row.Model,
                $"{row.Size}",
                string.Create(CultureInfo.InvariantCulture, $"{100 * row.Fraction:G4} %"),
                $"{row.BytesPerVector}",
                $"{row.HeadParameters}",
                $"{row.Seeds.Length}",
                Value(row.Mean),
                row.Deviation is { } deviation ? Value(deviation) : "-",
                Value(row.Low),
                Value(row.High));
        }
        return table;
    }

    private static string Value(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
