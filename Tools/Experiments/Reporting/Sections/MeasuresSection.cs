using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>The measures of all models.</summary>
internal static class MeasuresSection
{
    private const int MostRows = 30;

    /// <summary>Makes the section; null without measures.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        List<ReportBlock> blocks = [];
        foreach (var rows in report.Summary.Rows.GroupBy(row => (row.Test, row.Measure, row.Place, row.Bits)))
        {
            string caption = $"{rows.Key.Test} {rows.Key.Measure}, {ReportText.Bits(rows.Key.Bits)} a number";
            ReportTable table = new(caption, Table(rows));
            bool first = rows.Key.Bits == report.MostBits && rows.Key.Place == 0 && rows.Count() <= MostRows;
            blocks.Add(first ? table : new ReportFold(caption, [table]));
        }
        if (blocks.Count == 0) return null;
        blocks.Add(new ReportParagraph(
            "Mean over seeds and items; sd: standard deviation of the seeds' means; the 95 % interval is over seeds and items, and says "
            + "nothing about differences between models, which are compared on the same items above."));
        return new ReportSection("measures", "Measures", blocks);
    }

    private static ResultTable Table(IEnumerable<SummaryRow> rows)
    {
        ResultTable table = new(
        [
            new("encoder"), new("model"),
            .. ((string[])["k", "rows", "bytes", "numbers of the head", "seeds", "mean", "sd", "95 % interval"])
                .Select(name => new ResultColumn(name, IsNumber: true)),
        ]);
        foreach (SummaryRow row in rows)
        {
            table.Add(
                row.Backbone, row.Model, $"{row.Size}", ReportText.Percent(row.Fraction), $"{row.BytesPerVector}", $"{row.HeadParameters}",
                $"{row.Seeds.Length}", ReportText.Value(row.Mean), ReportText.Value(row.Deviation),
                $"{ReportText.Value(row.Low)} to {ReportText.Value(row.High)}");
        }
        return table;
    }
}
