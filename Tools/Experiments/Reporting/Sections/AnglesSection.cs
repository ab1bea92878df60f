using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>Where the angles of the embedded qubits are.</summary>
internal static class AnglesSection
{
    private const double LeastRange = 1, Percent = 100;

    /// <summary>Makes the section; null where no model has angles.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        List<ReportBlock> blocks = [];
        CellResult[] cells = [.. report.Cells.Where(cell => cell.Epochs is [.., { Angles.Length: > 0 }])];
        foreach (var backbone in cells.GroupBy(cell => cell.Backbone))
        {
            double all = backbone.Max(cell => cell.Fraction);
            CellResult[] own = [.. backbone.Where(cell => cell.Fraction == all).OrderBy(cell => report.PlaceOf(cell.Model))];
            foreach (int? size in report.Sizes(own.Select(cell => (cell.Model, cell.Size))))
            {
                Line[] lines = [.. own.Where(cell => report.Fits(cell.Model, cell.Size, size)).GroupBy(cell => cell.Model)
                    .Select(model => ReportPlot.Line(report, model.Key, Steps(Shares([.. model.Select(cell => cell.Epochs[^1].Angles)]))))
                    .Select(line => line with { Style = line.Style with { Marker = Marker.None } })];
                IEnumerable<double> shares = lines.SelectMany(line => line.Points).Select(point => point.Y);
                Axis up = Axis.Of("percent of the angles", shares.Append(0), LeastRange);
                string title = $"Angles, {backbone.Key}{(size is null ? "" : $", k = {size}")}";
                blocks.Add(ReportPlot.Lines($"angles-{blocks.Count + 1}", title, Axis.Angles("angle"), up, lines));
            }
        }
        if (blocks.Count == 0) return null;
        ReportParagraph how = new(
            "Angles of embedded texts after the last epoch, all seeds together. Angles that crowd at the ends or in the middle carry "
            + "little.");
        return new ReportSection("angles", "Angles", [how, .. blocks]);
    }

    // Histograms of other bins than the first do not add up with it.
    private static double[] Shares(IReadOnlyList<int[]> histograms)
    {
        double[] sums = new double[histograms[0].Length];
        foreach (int[] histogram in histograms.Where(one => one.Length == sums.Length))
            for (int bin = 0; bin < sums.Length; bin++) sums[bin] += histogram[bin];
        double total = sums.Sum();
        return total > 0 ? [.. sums.Select(sum => Percent * sum / total)] : sums;
    }

    private static IEnumerable<LinePoint> Steps(double[] shares)
    {
        double Edge(int bin) => ((2.0 * bin / shares.Length) - 1) * Math.PI;
        return shares.SelectMany((share, bin) => (LinePoint[])[new(Edge(bin), share), new(Edge(bin + 1), share)]);
    }
}
