using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>Quality against the size of the head.</summary>
internal static class ParametersSection
{
    private const double LeastRange = 0.02;

    /// <summary>Makes the section; null where all heads have as many numbers.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        List<ReportBlock> blocks = [];
        foreach (var panel in report.Panels())
        {
            double all = panel.Max(row => row.Fraction);
            SummaryRow[] rows = [.. panel.Where(row => row.Fraction == all && row.Bits == report.MostBits)];
            if (rows.Select(row => row.HeadParameters).Distinct().Count() < 2) continue;
            Axis across = Axis.Counts("numbers that the head learned", rows.Max(row => row.HeadParameters));
            Axis up = Axis.Of(panel.Key.Measure, rows.Select(row => row.Mean), LeastRange);
            Line[] lines = [.. rows.GroupBy(row => row.Model).Select(model => ReportPlot.Line(
                report, model.Key, model.OrderBy(row => row.Size).Select(row => new LinePoint(row.HeadParameters, row.Mean))))];
            string title = $"{panel.Key.Test} {panel.Key.Measure}, {panel.Key.Backbone}";
            blocks.Add(ReportPlot.Lines($"parameters-{blocks.Count + 1}", title, across, up, lines));
        }
        if (blocks.Count == 0) return null;
        ReportParagraph how = new("Means over all seeds; the points of a line are sizes of the vector, the largest with the label.");
        return new ReportSection("parameters", "Quality against head parameters", [how, .. blocks]);
    }
}
