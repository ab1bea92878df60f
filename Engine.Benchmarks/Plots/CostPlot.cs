using QEngine.Tools.Plots;

namespace QEngine.Benchmarks;

/// <summary>Cost against work, <c>--plot FOLDER</c>: what a token costs in texts of several lengths and batches of several sizes.</summary>
internal static class CostPlot
{
    private const int Height = 330, PanelWidth = 330, Left = 60, Top = 50, Below = 50, ShortLabels = 100, LongLabels = 150;

    // Tokens of the texts of a batch; the first is drawn as a line, the second dashed.
    private static readonly int[] BatchedTokens = [16, 64];

    private static IEnumerable<int> Lengths => [8, 16, 32, 64, 128, 256, 512];

    private static IEnumerable<int> Batches => [1, 2, 4, 8, 16, 32, 64];

    /// <summary>Measures, and writes cost.svg and cost.csv.</summary>
    /// <param name="folder">Where to.</param>
    internal static void Write(string folder)
    {
        IEnumerable<CostPoint> points = Shapes.Threads.SelectMany(threads =>
            Lengths.Select(length => new CostPoint(1, length, threads))
                .Concat(BatchedTokens.SelectMany(tokens => Batches.Select(texts => new CostPoint(texts, tokens, threads)))));
        Cost[] costs = CostSurvey.Measure([.. points.Distinct()]);
        PlotFile.WriteCsv(folder, "cost.csv", "texts,tokens_per_text,threads,microseconds_per_token,fastest_run,slowest_run", costs.Select(Row));
        PlotFile.Write(folder, "cost.svg", Draw(costs));
    }

    private static FormattableString Row(Cost cost) =>
        $"{cost.Point.Texts},{cost.Point.Tokens},{cost.Point.Threads},{cost.Median:F2},{cost.Fastest:F2},{cost.Slowest:F2}";

    private static string Draw(Cost[] costs)
    {
        Axis time = Axis.Linear("time per token (µs)", 0, costs.Max(cost => cost.Median));
        Svg svg = new((2 * (Left + PanelWidth)) + ShortLabels + LongLabels, Top + Height + Below);
        new LinePanel("MiniLM (6 layers × 384): one text", Axis.PowersOfTwo("tokens of the text", Lengths.Min(), Lengths.Max()), time, ByLength(costs))
            .Draw(svg, Left, Top, PanelWidth, Height);
        new LinePanel("MiniLM (6 layers × 384): a batch of texts", Axis.PowersOfTwo("texts of the batch", Batches.Min(), Batches.Max()), time, ByTexts(costs))
            .Draw(svg, (2 * Left) + PanelWidth + ShortLabels, Top, PanelWidth, Height);
        return svg.ToString();
    }

    private static IReadOnlyList<Line> ByLength(Cost[] costs) =>
        [.. Shapes.Threads.Select((threads, place) => new Line(
            Threads(threads),
            new LineStyle(Colour(place)),
            [.. Lengths.Select(length => new LinePoint(length, Median(costs, new CostPoint(1, length, threads))))]))];

    private static IReadOnlyList<Line> ByTexts(Cost[] costs) =>
        [.. Shapes.Threads.SelectMany((threads, place) => BatchedTokens.Select(tokens => new Line(
            $"{tokens} tokens, {Threads(threads)}",
            new LineStyle(Colour(place), tokens == BatchedTokens[0] ? Dash.None : Dash.Long),
            [.. Batches.Select(texts => new LinePoint(texts, Median(costs, new CostPoint(texts, tokens, threads))))])))];

    private static double Median(Cost[] costs, CostPoint point) => costs.Single(cost => cost.Point == point).Median;

    private static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";

    private static PlotColour Colour(int place) => place == 0 ? PlotColour.Blue : PlotColour.Orange;
}
