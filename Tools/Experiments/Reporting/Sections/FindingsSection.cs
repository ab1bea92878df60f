using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>The comparisons in words.</summary>
internal static class FindingsSection
{
    /// <summary>Makes the section; null without comparisons.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        if (report.Summary.Comparisons.Length == 0) return null;
        List<ReportBlock> blocks = [];
        if (report.Summary.Comparisons.GroupBy(Pair).Any(pair => pair.Skip(1).Any()))
        {
            blocks.Add(Tally(report.Summary.Comparisons));
            blocks.Add(new ReportParagraph("One by one:"));
        }
        foreach (var test in report.Summary.Comparisons.GroupBy(one => one.Test))
        {
            foreach (var sentences in test.GroupBy(one => one.Bits).OrderByDescending(group => group.Key))
            {
                ReportList list = new([.. sentences.Select(one => one.Sentence)]);
                bool first = sentences.Key == report.MostBits;
                blocks.Add(first ? list : new ReportFold($"{test.Key}, vectors in {ReportText.Bits(sentences.Key)} a number", [list]));
            }
        }
        blocks.Add(new ReportParagraph(
            "A point is a hundredth of the measure. A difference is shown where p is below 0.05 after Holm's correction over the "
            + "comparisons of the same test and bits; where none is shown, there may be one that is too small for such a design to find."));
        if (report.Summary.Comparisons.Any(one => one.Seeds == 1))
        {
            blocks.Add(new ReportParagraph(
                "Comparisons with one seed tell about other items, not about other trainings: their intervals lack the seeds' part."));
        }
        return new ReportSection("findings", "Findings", blocks);
    }

    // How often, over encoders, sizes, shares and bits: the first thing to know of many comparisons.
    private static ReportList Tally(SummaryComparison[] comparisons) => new(
    [
        .. comparisons.GroupBy(Pair).Select(pair =>
        {
            int above = pair.Count(one => one.Shown && one.Difference > 0), below = pair.Count(one => one.Shown && one.Difference < 0);
            string shown = above + below == 0
                ? "none of them"
                : $"{above + below} of them, {pair.Key.First} above in {above} and below in {below}";
            return $"{pair.Key.First} against {pair.Key.Second} on {pair.Key.Test} {pair.Key.Measure}: "
                + $"{Plural.Format(pair.Count(), "comparison")}, a difference shown in {shown}.";
        }),
    ]);

    private static (string Test, string Measure, string First, string Second) Pair(SummaryComparison one) =>
        (one.Test, one.Measure, one.First, one.Second);
}
