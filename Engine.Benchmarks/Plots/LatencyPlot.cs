using System.Globalization;
using QEngine.Tools.Plots;

namespace QEngine.Benchmarks;

/// <summary>The time of heads and of what is around them, <c>--plot-latency FOLDER</c>.</summary>
internal static class LatencyPlot
{
    private const int Width = 350, Height = 270, Left = 65, Right = 165, Top = 70, Below = 50;

    // In the order of the kinds of heads, and of the similarities.
    private static readonly PlotColour[] HeadColours =
        [PlotColour.Blue, PlotColour.Teal, PlotColour.Brown, PlotColour.Orange, PlotColour.Green, PlotColour.Purple];

    private static readonly PlotColour[] SimilarityColours = [PlotColour.Orange, PlotColour.Blue, PlotColour.Purple];

    /// <summary>Measures, and writes latency.svg and latency.csv.</summary>
    /// <param name="folder">Where to.</param>
    internal static void Write(string folder)
    {
        Latency[] latencies = LatencySurvey.Measure();
        foreach (int threads in Shapes.Threads) Console.WriteLine($"peak, {Threads(threads)}: {Roofline.Gigaflops(threads):F0} GFLOP/s");
        PlotFile.WriteCsv(
            folder, "latency.csv", "work,inputs,outputs,batch,threads,microseconds,fastest_run,slowest_run", latencies.Select(Row));
        PlotFile.Write(folder, "latency.svg", Draw(latencies));
    }

    private static FormattableString Row(Latency latency)
    {
        LatencyPoint point = latency.Point;
        FormattableString times = $"{latency.Median:F3},{latency.Fastest:F3},{latency.Slowest:F3}";
        return $"{PlotFile.Field(point.Work)},{point.Inputs},{point.Outputs},{point.Batch},{point.Threads},{times}";
    }

    private static string Draw(Latency[] latencies)
    {
        const int Inputs = LatencySurvey.VectorSize, Outputs = LatencySurvey.EmbeddingSize, Batch = LatencySurvey.BatchSize;
        Latency[] heads = [.. latencies.Where(latency => HeadKind.All.Any(kind => kind.Name == latency.Point.Work))];
        Latency[] OfHeads(Func<LatencyPoint, bool> isDrawn) => [.. heads.Where(latency => isDrawn(latency.Point))];
        Latency[] byInputs = OfHeads(point => point is { Outputs: Outputs, Batch: Batch, Threads: 1 });
        Latency[] byOutputs = OfHeads(point => point is { Inputs: Inputs, Batch: Batch, Threads: 1 });
        Latency[] byBatch = OfHeads(point => point is { Inputs: Inputs, Outputs: Outputs });
        Latency[] searches = [.. latencies.Where(latency => latency.Point.Inputs is null)];

        Axis head = Time("µs a vector", [.. byInputs, .. byOutputs, .. byBatch]), search = Time("µs a query", searches);
        Svg svg = new(2 * (Left + Width + Right), 2 * (Top + Height + Below));
        void Panel(int column, int row, string title, Axis across, Axis up, string legend, IReadOnlyList<Line> lines) =>
            new LinePanel(title, across, up, lines) { Legend = [(legend, PlotColour.Ink)] }
                .Draw(svg, Left + (column * (Left + Width + Right)), Top + (row * (Top + Height + Below)), Width, Height);

        Panel(
            0, 0, $"Heads, k = {Outputs}, batches of {Batch}", Across("d, numbers of a vector", byInputs, Vector), head, "one thread",
            Lines(byInputs, Vector, HeadColours));
        Panel(
            1, 0, $"Heads, d = {Inputs}, batches of {Batch}", Across("k, numbers kept", byOutputs, Kept), head, "one thread",
            Lines(byOutputs, Kept, HeadColours));
        Panel(
            0, 1, $"Heads, d = {Inputs}, k = {Outputs}", Across("vectors of the batch", byBatch, Together), head,
            $"one thread; dashed: {Threads(Shapes.Threads[^1])}", Lines(byBatch, Together, HeadColours));
        string stored = LatencySurvey.Stored.ToString("N0", CultureInfo.InvariantCulture);
        Panel(
            1, 1, $"The ten best of {stored} vectors for a query", Across("k, numbers of a vector", searches, Kept), search,
            "one thread, by an index; dashed: every pair scored", Lines(searches, Kept, SimilarityColours));
        return svg.ToString();
    }

    private static int Vector(LatencyPoint point) => point.Inputs!.Value;

    private static int Kept(LatencyPoint point) => point.Outputs;

    private static int Together(LatencyPoint point) => point.Batch;

    /// <summary>A line for each kind of work; where it is done in two ways, the second is dashed and without a label.</summary>
    private static IReadOnlyList<Line> Lines(Latency[] latencies, Func<LatencyPoint, int> place, PlotColour[] colours)
    {
        List<string> works = [.. latencies.Select(latency => Kind(latency.Point)).Distinct()];
        return [.. latencies.GroupBy(latency => (latency.Point.Work, latency.Point.Threads)).Select(line =>
        {
            LatencyPoint first = line.First().Point;
            int kind = works.IndexOf(Kind(first));
            bool isSecond = first.Threads > 1 || first.Work != Kind(first);
            return new Line(
                isSecond ? "" : first.Work,
                new LineStyle(colours[kind], isSecond ? Dash.Long : Dash.None, (Marker)kind),
                [.. line.Select(latency => new LinePoint(place(latency.Point), latency.Median)).OrderBy(point => point.X)]);
        })];
    }

    private static string Kind(LatencyPoint point) => point.Work.Replace(LatencySurvey.EveryPair, "", StringComparison.Ordinal);

    private static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";

    private static Axis Across(string name, Latency[] latencies, Func<LatencyPoint, int> place) =>
        Axis.PowersOfTwo(name, latencies.Min(latency => place(latency.Point)), latencies.Max(latency => place(latency.Point)));

    private static Axis Time(string name, Latency[] latencies) =>
        Axis.Logarithmic(name, latencies.Min(latency => latency.Median), latencies.Max(latency => latency.Median));
}
