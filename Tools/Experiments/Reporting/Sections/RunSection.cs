using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>What was run, and what of the experiment is missing.</summary>
internal static class RunSection
{
    /// <summary>Makes the section.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        IReadOnlyList<CellResult> cells = report.Cells;
        string[] models = [.. cells.Select(cell => cell.Model).Distinct().OrderBy(report.PlaceOf)];
        ResultTable table = ResultTable.OfProperties();
        table.Add("cells that are done", $"{cells.Count}");
        table.Add("models", string.Join(", ", models));
        table.Add("encoders", string.Join(", ", cells.Select(cell => cell.Backbone).Distinct()));
        table.Add("numbers of a vector, k", string.Join(", ", cells.Select(cell => cell.Size).Distinct().OrderDescending()));
        double[] fractions = [.. cells.Select(cell => cell.Fraction).Distinct().Order()];
        if (fractions is not [1]) table.Add("shares of the training queries", string.Join(", ", fractions.Select(ReportText.Percent)));
        int[] bits = [.. report.Summary.Rows.Select(row => row.Bits).Distinct().OrderDescending()];
        if (bits.Length > 0) table.Add("bits of a number", string.Join(", ", bits));
        foreach (var encoder in cells.GroupBy(cell => cell.Backbone))
            table.Add($"seeds with {encoder.Key}", ReportText.Seeds([.. encoder.Select(cell => cell.Seed).Distinct().Order()]));
        foreach (SummaryRow row in report.Summary.Rows.DistinctBy(row => row.Test))
            table.Add($"test {row.Test}", Describe(Array.Find(report.Experiment.Tests, test => test.Name == row.Test), row));
        List<ReportBlock> blocks = [new ReportTable("What was run", table)];
        blocks.AddRange(Missing(report.Missing));
        return new ReportSection("run", "What was run", blocks);
    }

    private static string Describe(ExperimentTest? test, SummaryRow row) => row.ItemNames is null
        ? Plural.Format(row.Items, "scored pair")
        : $"{Plural.Format(row.Items, "query", "queries")}{(test?.JudgedOnly ?? false ? ", each query's judged passages ranked" : "")}";

    private static IEnumerable<ReportBlock> Missing(MissingCells missing)
    {
        if (missing.Lines.Length > 0)
        {
            yield return new ReportParagraph(
                $"This run is not complete: {Plural.Format(missing.Count, "cell")} of the seeds that were begun "
                + $"{(missing.Count == 1 ? "is" : "are")} missing. Means of different seeds are not the same comparison.");
            yield return new ReportList(missing.Lines);
        }
        if (missing.UnstartedSeeds > 0)
        {
            yield return new ReportParagraph(
                $"{Plural.Format(missing.UnstartedSeeds, "seed")} of the definition, counted for each encoder, "
                + $"{(missing.UnstartedSeeds == 1 ? "has" : "have")} no cell.");
        }
    }
}
