using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>The differences of compared models on every item.</summary>
internal static class DifferencesSection
{
    private const int Height = 150, Below = 16, Right = 100, MostNamed = 3;

    // A page of hundreds is not read.
    private const int MostFigures = 48;

    /// <summary>Makes the section; null without comparisons.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        List<ReportBlock> folds = [];
        int figures = 0;
        SummaryComparison[] all = report.Summary.Comparisons, drawn = Choose(report);
        foreach (var table in drawn.GroupBy(one => (one.Test, one.Measure, one.Bits)))
        {
            ReportBlock[] plots = [.. table.Select(one => Plot($"differences-{++figures}", one))];
            folds.Add(new ReportFold($"{table.Key.Test} {table.Key.Measure}, {ReportText.Bits(table.Key.Bits)} a number", plots));
        }
        if (folds.Count == 0) return null;
        ReportParagraph how = new(
            "A bar for every query or pair, on the mean of the seeds, from the highest difference to the lowest; with more than "
            + $"{DifferencePanel.MostBars} items a bar is the mean of neighbours. A mean that few items make is less than one that many "
            + "make." + (drawn.Length < all.Length
                ? $" Drawn are those in {ReportText.Bits(report.MostBits)} a number"
                    + (drawn.Length < all.Count(one => one.Bits == report.MostBits) ? ", for the largest vectors of every pair." : ".")
                : ""));
        return new ReportSection("differences", "Differences by item", [how, .. folds]);
    }

    private static SummaryComparison[] Choose(ExperimentReport report)
    {
        SummaryComparison[] all = [.. report.Summary.Comparisons.Where(one => one.Bits == report.MostBits)];
        return all.Length <= MostFigures
            ? all
            :
            [
                .. all.GroupBy(one => (one.Test, one.Measure, one.Backbone, one.First, one.Second))
                    .Select(group => group.MaxBy(one => (one.Size, one.Fraction))!),
            ];
    }

    private static ReportFigure Plot(string id, SummaryComparison one)
    {
        string title = $"{one.First} less {one.Second}, {one.Backbone}, k = {one.Size}"
            + (one.Fraction < 1 ? $", {ReportText.Percent(one.Fraction)} of the rows" : "");
        Svg svg = new(ReportPlot.Width, ReportPlot.Top + Height + Below)
        {
            Title = title,
            Description = $"Differences in {one.Measure} of {one.Items} items in {one.Test}, sorted; {one.First} is higher on {one.Wins}, "
                + $"lower on {one.Losses}, equal on {one.Ties}.{Extremes(one)}",
        };
        new DifferencePanel(ReportPlot.LabelOf(one.First), ReportPlot.LabelOf(one.Second), one.ItemDifferences)
            .Draw(svg, ReportPlot.Left, ReportPlot.Top, ReportPlot.Width - ReportPlot.Left - Right, Height);
        return new ReportFigure(id, svg);
    }

    private static string Extremes(SummaryComparison one)
    {
        if (one.ItemNames is not { } names) return "";
        int[] order = [.. Enumerable.Range(0, names.Length).OrderByDescending(i => one.ItemDifferences[i])];
        string Of(IEnumerable<int> items) =>
            string.Join(", ", items.Select(i => $"{names[i]} ({ReportText.Points(one.ItemDifferences[i])} points)"));
        return $" Highest: {Of(order.Take(MostNamed))}. Lowest: {Of(order.Reverse().Take(MostNamed))}.";
    }
}
