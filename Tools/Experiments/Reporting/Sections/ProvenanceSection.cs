using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>What the results came from and what they took.</summary>
internal static class ProvenanceSection
{
    /// <summary>Makes the section.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        List<ReportBlock> blocks = [new ReportParagraph(
            $"Version of QEngine: {string.Join(", ", report.Cells.Select(cell => cell.Version).Distinct())}. "
            + $"All cells together: {ReportText.Time(report.Cells.Sum(cell => Total(cell.Times)))}.")];
        ResultTable data = new(new("file"), new("SHA-256"));
        IEnumerable<KeyValuePair<string, string>> files = report.Cells.SelectMany(cell => cell.Data).Distinct();
        foreach ((string file, string hash) in files.OrderBy(one => one.Key, StringComparer.Ordinal))
            data.Add(file, hash);
        if (data.Rows.Count > 0) blocks.Add(new ReportTable("Files of data", data));
        ResultTable encoders = new(new("encoder"), new("fingerprint"));
        var started = report.Cells.Select(cell => (cell.Backbone, cell.BackboneFingerprint)).Distinct();
        foreach ((string backbone, string? fingerprint) in started)
            encoders.Add(backbone, fingerprint ?? "new, random weights");
        blocks.Add(new ReportTable("Encoders that models start from", encoders));
        blocks.Add(new ReportTable("Work and times, means of the cells", Times(report)));
        return new ReportSection("provenance", "Provenance", blocks);
    }

    private static ResultTable Times(ExperimentReport report)
    {
        ResultTable table = new(
        [
            new("encoder"), new("model"),
            .. ((string[])["cells", "rows", "steps", "numbers trained", "preparation", "training", "tests", "threads"])
                .Select(name => new ResultColumn(name, IsNumber: true)),
        ]);
        foreach (var cells in report.Cells.GroupBy(cell => (cell.Backbone, cell.Model)).OrderBy(group => report.PlaceOf(group.Key.Model)))
        {
            string Mean(Func<CellResult, double> value) => cells.Average(value).ToString("0.#", CultureInfo.InvariantCulture);
            table.Add(
                cells.Key.Backbone, cells.Key.Model, $"{cells.Count()}", Mean(cell => cell.Training.Rows),
                Mean(cell => cell.Training.Steps),
                Mean(cell => cell.Parameters.Trained), ReportText.Time(cells.Average(cell => cell.Times.Preparation)),
                ReportText.Time(cells.Average(cell => cell.Times.Training)), ReportText.Time(cells.Average(cell => cell.Times.Tests)),
                string.Join(", ", cells.Select(cell => cell.Times.Threads).Distinct().Order()));
        }
        return table;
    }

    private static double Total(CellTimes times) => times.Preparation + times.Training + times.Tests;
}
