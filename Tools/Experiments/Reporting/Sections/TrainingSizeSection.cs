using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>Quality against the share of the training queries.</summary>
internal static class TrainingSizeSection
{
    private const double LeastRange = 0.02, Percent = 100;

    /// <summary>Makes the section; null where all models have the same share.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        List<ReportBlock> blocks = [];
        foreach (var panel in report.Panels())
        {
            SummaryRow[] rows = [.. panel.Where(row => row.Bits == report.MostBits)];
            foreach (int? size in report.Sizes(rows.Select(row => (row.Model, row.Size))))
            {
                SummaryRow[] drawn = [.. rows.Where(row => report.Fits(row.Model, row.Size, size))];
                if (drawn.Select(row => row.Fraction).Distinct().Count() < 2) continue;
                string title = $"{panel.Key.Test} {panel.Key.Measure}, {panel.Key.Backbone}{(size is null ? "" : $", k = {size}")}";
                blocks.Add(Plot(report, $"training-size-{blocks.Count + 1}", title, drawn));
            }
        }
        if (blocks.Count == 0) return null;
        ReportParagraph how =
            new("Means over seeds; bands go from the lowest seed to the highest. Models that learn nothing are level lines.");
        return new ReportSection("training-size", "Quality against training size", [how, .. blocks]);
    }

    private static ReportFigure Plot(ExperimentReport report, string id, string title, SummaryRow[] rows)
    {
        double least = Percent * rows.Min(row => row.Fraction), most = Percent * rows.Max(row => row.Fraction);
        Axis across = Axis.Logarithmic("training queries in percent", least, most);
        Axis up = Axis.Of(rows[0].Measure, rows.SelectMany(row => row.BySeed), LeastRange);
        IEnumerable<LinePoint> Points(IGrouping<string, SummaryRow> model)
        {
            IEnumerable<LinePoint> own = model.OrderBy(row => row.Fraction).Select(row => Point(row, Percent * row.Fraction));
            bool learns = Array.Exists(report.Experiment.Models, one => one.Name == model.Key && one.Learns);
            return learns ? own : [Point(model.First(), least), Point(model.First(), most)];
        }

        return ReportPlot.Lines(
            id, title, across, up, [.. rows.GroupBy(row => row.Model).Select(model => ReportPlot.Line(report, model.Key, Points(model)))],
            "Bands go from the lowest seed to the highest.");
    }

    private static LinePoint Point(SummaryRow row, double percent) => new(percent, row.Mean)
    {
        Band = row.BySeed.Length > 1 ? (row.BySeed.Min(), row.BySeed.Max()) : null,
    };
}
