using QEngine.Retrieval;
using QEngine.Tools.Plots;

namespace QEngine.Tools.Evaluating;

/// <summary>Draws the differences of compared runs, query by query.</summary>
internal static class ComparisonPlot
{
    private const int Width = 560, Left = 60, Right = 100, Top = 30, TitleHeight = 34, Height = 150, Margin = 20;
    private const int MostLabel = 28, MostTitle = 64;

    /// <summary>Draws a panel for each run and measure, below each other.</summary>
    /// <param name="comparisons">The comparisons.</param>
    public static Svg Draw(RunComparisons comparisons)
    {
        IReadOnlyList<Measure> measures = comparisons.Baseline.Evaluation.Measures;
        var panels = (
            from run in comparisons.Runs
            from measure in Enumerable.Range(0, measures.Count)
            where !measures[measure].IsCount
            select (Run: run, Measure: measure)).ToArray();
        string baseline = MarkupText.Shorten(comparisons.Baseline.Name, MostLabel);
        Svg svg = new(Width, Top + (panels.Length * (TitleHeight + Height + Margin)))
        {
            Title = $"Differences by query from {comparisons.Baseline.Name}",
            Description = "A bar for every query, from the highest difference to the lowest.",
        };
        for (int i = 0; i < panels.Length; i++)
        {
            (ComparedRun run, int measure) = panels[i];
            double top = Top + (i * (TitleHeight + Height + Margin)) + TitleHeight;
            svg.Text(Left, top - Margin + 4, MarkupText.Shorten($"{run.Run.Name}, {measures[measure]}", MostTitle), PlotColour.Ink);
            new DifferencePanel(MarkupText.Shorten(run.Run.Name, MostLabel), baseline, run.Pairs.Differences(measure))
                .Draw(svg, Left, top, Width - Left - Right, Height);
        }
        return svg;
    }
}
