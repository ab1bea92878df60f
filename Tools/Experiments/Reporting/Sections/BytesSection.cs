using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>Quality against the memory of a vector.</summary>
internal static class BytesSection
{
    private const double LeastRange = 0.02;

    /// <summary>Makes the section; null where all vectors take the same.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        List<ReportBlock> blocks = [];
        void Add(string title, IEnumerable<SummaryRow> rows)
        {
            SummaryRow[] drawn = [.. rows];
            if (drawn.Select(row => row.BytesPerVector).Distinct().Count() > 1)
                blocks.Add(Plot(report, $"bytes-{blocks.Count + 1}", title, drawn));
        }

        foreach (var panel in report.Panels())
        {
            string title = $"{panel.Key.Test} {panel.Key.Measure}, {panel.Key.Backbone}";
            double all = panel.Max(row => row.Fraction);
            SummaryRow[] rows = [.. panel.Where(row => row.Fraction == all)];
            Add(title, rows.Where(row => row.Bits == report.MostBits));
            if (rows.All(row => row.Bits == report.MostBits)) continue;
            foreach (int? size in report.Sizes(rows.Select(row => (row.Model, row.Size))))
            {
                Add(
                    $"{title}, {(size is null ? "" : $"k = {size}, ")}by bits",
                    rows.Where(row => report.Fits(row.Model, row.Size, size)));
            }
        }
        if (blocks.Count == 0) return null;
        ReportParagraph how = new("Means over all seeds. The first plot of each test and encoder has all sizes of the vectors in "
            + $"{ReportText.Bits(report.MostBits)} a number; those by bits have one size, a point for each number of bits.");
        return new ReportSection("bytes", "Quality against bytes", [how, .. blocks]);
    }

    private static ReportFigure Plot(ExperimentReport report, string id, string title, SummaryRow[] rows)
    {
        Axis across = Axis.PowersOfTwo("bytes of a vector", rows.Min(row => row.BytesPerVector), rows.Max(row => row.BytesPerVector));
        Axis up = Axis.Of(rows[0].Measure, rows.Select(row => row.Mean), LeastRange);
        Line[] lines = [.. rows.GroupBy(row => row.Model).Select(model => ReportPlot.Line(
            report, model.Key, model.OrderBy(row => row.BytesPerVector).Select(row => new LinePoint(row.BytesPerVector, row.Mean))))];
        return ReportPlot.Lines(id, title, across, up, lines);
    }
}
