using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>What every epoch came to.</summary>
internal static class LearningSection
{
    private const double LeastRange = 0.02;

    // Beyond it a loss is not worth a scale that hides all others.
    private const double Beyond = 1e9;

    /// <summary>Makes the section; null where no model has several epochs.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        List<ReportBlock> blocks = [];
        CellResult[] cells = [.. report.Cells.Where(cell => cell.Epochs.Length > 1)];
        foreach (var backbone in cells.GroupBy(cell => cell.Backbone))
        {
            double all = backbone.Max(cell => cell.Fraction);
            CellResult[] own = [.. backbone.Where(cell => cell.Fraction == all).OrderBy(cell => report.PlaceOf(cell.Model))];
            foreach (int? size in report.Sizes(own.Select(cell => (cell.Model, cell.Size))))
            {
                CellResult[] drawn = [.. own.Where(cell => report.Fits(cell.Model, cell.Size, size))];
                string where = $"{backbone.Key}{(size is null ? "" : $", k = {size}")}";
                foreach (string measure in drawn.SelectMany(cell => cell.Epochs).SelectMany(epoch => epoch.Measures.Keys).Distinct())
                    if (Plot(report, $"learning-{blocks.Count + 1}", where, measure, drawn) is { } figure) blocks.Add(figure);
            }
        }
        if (blocks.Count == 0) return null;
        ReportParagraph how = new("Means over seeds; bands go from the lowest seed to the highest.");
        return new ReportSection("learning", "Learning curves", [how, .. blocks]);
    }

    private static ReportFigure? Plot(ExperimentReport report, string id, string where, string measure, CellResult[] cells)
    {
        Line[] lines = [.. cells.GroupBy(cell => cell.Model).Select(model => ReportPlot.Line(report, model.Key, Points(model, measure)))
            .Where(line => line.Points.Count > 1)];
        if (lines.Length == 0) return null;
        LinePoint[] points = [.. lines.SelectMany(line => line.Points)];
        Axis across = Axis.Whole("epoch", (int)points.Min(point => point.X), (int)points.Max(point => point.X));
        Axis up = Axis.Of(
            measure, points.SelectMany(point => (double[])[point.Y, point.Band?.Low ?? point.Y, point.Band?.High ?? point.Y]), LeastRange);
        return ReportPlot.Lines(id, $"{measure}, {where}", across, up, lines, "Bands go from the lowest seed to the highest.");
    }

    private static IEnumerable<LinePoint> Points(IEnumerable<CellResult> seeds, string measure) =>
        from epoch in seeds.SelectMany(cell => cell.Epochs)
        where epoch.Measures.TryGetValue(measure, out double value) && Math.Abs(value) < Beyond
        group epoch.Measures[measure] by epoch.Epoch into values
        orderby values.Key
        select new LinePoint(values.Key, values.Average())
        {
            Band = values.Skip(1).Any() ? (values.Min(), values.Max()) : null,
        };
}
