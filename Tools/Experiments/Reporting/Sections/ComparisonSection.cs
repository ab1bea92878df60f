using System.Globalization;
using QEngine.Tools.Cli;
using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>The comparisons as intervals and tables.</summary>
internal static class ComparisonSection
{
    private const int Below = 48, Margin = 14, MostLabel = 62;
    private const double LeastRange = 2, Points = 100;

    private static readonly string[] Numbers =
        ["k", "rows", "seeds", "items", "difference", "95 % interval", "p", "Holm", "p of the items", "d", "detectable", "+/-/="];

    /// <summary>Makes the section; null without comparisons.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        SummaryComparison[] all = report.Summary.Comparisons;
        if (all.Length == 0) return null;
        List<ReportBlock> blocks = [];
        foreach (var panel in all.Where(one => one.Bits == report.MostBits).GroupBy(one => (one.Test, one.Measure, one.Backbone)))
            blocks.Add(Plot($"intervals-{blocks.Count + 1}", $"{panel.Key.Test} {panel.Key.Measure}, {panel.Key.Backbone}", [.. panel]));
        foreach (var test in all.GroupBy(one => (one.Test, one.Measure, one.Bits)))
        {
            string caption = $"{test.Key.Test} {test.Key.Measure}, {ReportText.Bits(test.Key.Bits)} a number";
            ReportTable table = new(caption, Table(test));
            blocks.Add(test.Key.Bits == report.MostBits ? table : new ReportFold(caption, [table]));
        }
        blocks.Add(new ReportParagraph(
            "Differences in points, first less second, with the 95 % interval by the hierarchical bootstrap over seeds and items; p by t "
            + "over seeds and items; Holm: p after the correction over the table; p of the items: Fisher's randomisation test over the "
            + "items, for these seeds alone, not corrected; d: Cohen's d for pairs, over the items; detectable: the difference that such a "
            + "design finds with a probability of 0.8; +/-/=: items on which the first is higher, lower, equal."));
        return new ReportSection("comparisons", "Comparisons", blocks);
    }

    private static ReportFigure Plot(string id, string title, SummaryComparison[] comparisons)
    {
        IntervalRow[] rows = [.. comparisons.Select(one => new IntervalRow(
            MarkupText.Shorten(Label(one), MostLabel), Points * one.Difference, Points * one.Low, Points * one.High, one.Shown))];
        IEnumerable<double> values = rows.SelectMany(row => (double[])[row.Low, row.High, row.Value]);
        Axis across = Axis.Of("difference in points, first less second", values.Append(0), LeastRange);
        Svg svg = new(ReportPlot.Width, ReportPlot.Top + IntervalPanel.HeightOf(rows.Length) + Below)
        {
            Title = $"Differences with 95 % intervals: {title}",
            Description = $"Filled where a difference is shown after Holm's correction. {string.Join("; ", rows.Select(Describe))}.",
        };
        new IntervalPanel(across, rows).Draw(svg, Margin, ReportPlot.Top, ReportPlot.Width - (2 * Margin));
        return new ReportFigure(id, svg);
    }

    private static string Describe(IntervalRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Label}: {row.Value:F2}, {row.Low:F2} to {row.High:F2}");

    private static string Label(SummaryComparison one) =>
        $"{one.First} against {one.Second}, k = {one.Size}{(one.Fraction < 1 ? $", {ReportText.Percent(one.Fraction)} of the rows" : "")}";

    private static ResultTable Table(IEnumerable<SummaryComparison> comparisons)
    {
        ResultTable table = new(
        [
            new("encoder"), new("first"), new("second"),
            .. Numbers.Select(name => new ResultColumn(name, IsNumber: true)),
            new("difference shown"),
        ]);
        foreach (SummaryComparison one in comparisons)
        {
            table.Add(
                one.Backbone, one.First, one.Second, $"{one.Size}", ReportText.Percent(one.Fraction), $"{one.Seeds}", $"{one.Items}",
                ReportText.Points(one.Difference), $"{ReportText.Points(one.Low)} to {ReportText.Points(one.High)}",
                ReportText.Probability(one.P), ReportText.Probability(one.PCorrected), ReportText.Probability(one.PSignFlips),
                one.EffectSize is { } effect ? effect.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) : "-",
                (Points * one.MinimumDetectable).ToString("F2", CultureInfo.InvariantCulture),
                $"{one.Wins}/{one.Losses}/{one.Ties}", one.Shown ? "yes" : "no");
        }
        return table;
    }
}
