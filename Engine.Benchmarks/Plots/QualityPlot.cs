using System.Globalization;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Plots;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Quality against memory, <c>--plot-quality QRELS PASSAGES QUERIES FOLDER MODEL...</c>: nDCG@10 of models by embeddings and by codes alone.</summary>
internal static class QualityPlot
{
    private const int Width = 900, Height = 400, Left = 60, Top = 70, Below = 50, Margin = 20;

    // The least range of the y axis.
    private const double LeastRange = 0.05;

    // Shades tell models of one kind of head apart.
    private static readonly PlotColour[] QuantumColours = [PlotColour.Blue, PlotColour.Sky, PlotColour.Navy, PlotColour.Teal];
    private static readonly PlotColour[] ClassicalColours = [PlotColour.Orange, PlotColour.Ochre, PlotColour.Brown, PlotColour.Sand];

    /// <summary>Measures, and writes quality.csv and quality.svg.</summary>
    /// <param name="qrels">File of judgements.</param>
    /// <param name="passages">File of passages.</param>
    /// <param name="queries">File of queries.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="models">Folders of models.</param>
    internal static void Write(string qrels, string passages, string queries, string folder, ReadOnlySpan<string> models)
    {
        using WorkerPool workers = new(Environment.ProcessorCount);
        // Before long work: a folder that holds no model.
        foreach (string model in models) ModelFolder.Load(model);
        QualitySurvey survey = new(QrelsFile.Read(qrels), TextSet.Read(passages), TextSet.Read(queries));
        double bm25 = survey.OfBm25();
        List<IReadOnlyList<Quality>> qualities = [];
        foreach (string model in models)
        {
            qualities.Add(survey.OfModel(model, workers));
            Console.WriteLine(qualities[^1][0].Name);
        }
        IEnumerable<FormattableString> rows = [.. qualities.SelectMany(model => model).Select(Row), $"bm25,,,,,{bm25:F4}"];
        PlotFile.WriteCsv(folder, "quality.csv", "model,head,dimension,bits,bytes_per_vector,ndcg@10", rows);
        string title = string.Create(
            CultureInfo.InvariantCulture,
            $"nDCG@10 of {survey.Queries} queries over {survey.Passages:N0} passages, by vectors of 32, 8, 4 and 1 bits a number");
        PlotFile.Write(folder, "quality.svg", Draw(title, qualities, bm25));
    }

    private static FormattableString Row(Quality point) =>
        $"{PlotFile.Field(point.Name)},{point.Head.PaperName},{point.Head.OutputDimension},{point.Bits},{point.BytesPerVector},{point.Value:F4}";

    private static string Draw(string title, IReadOnlyList<IReadOnlyList<Quality>> qualities, double bm25)
    {
        Quality[] all = [.. qualities.SelectMany(model => model)];
        double least = Math.Min(bm25, all.Min(point => point.Value)), most = Math.Max(bm25, all.Max(point => point.Value));
        Axis memory = Axis.PowersOfTwo("bytes a vector", all.Min(point => point.BytesPerVector), all.Max(point => point.BytesPerVector));
        Axis value = Axis.Linear("nDCG@10", least, Math.Max(most, least + LeastRange));
        Line reference = new(
            "BM25", new LineStyle(PlotColour.Ink, Dash.Long, Marker.None), [new LinePoint(memory.Ticks[0], bm25), new LinePoint(memory.Ticks[^1], bm25)]);
        Line[] lines = [reference, .. Lines(qualities)];
        double labels = lines.Max(line => LabelPlacer.Width(line.Label));
        Svg svg = new(Width, Top + Height + Below);
        new LinePanel(title, memory, value, lines)
        {
            Legend = [("quantum heads, by fidelity", QuantumColours[0]), ("classical heads, by cosine", ClassicalColours[0])],
        }.Draw(svg, Left, Top, Width - Left - labels - Margin, Height);
        return svg.ToString();
    }

    private static IEnumerable<Line> Lines(IReadOnlyList<IReadOnlyList<Quality>> qualities) => qualities
        .GroupBy(model => model[0].Head.Similarity)
        .SelectMany(kind => kind.Select((model, place) => Line(model, Colour(kind.Key, place))));

    private static Line Line(IReadOnlyList<Quality> model, PlotColour colour) =>
        new(model[0].Name, new LineStyle(colour), [.. model.OrderBy(point => point.BytesPerVector).Select(point => new LinePoint(point.BytesPerVector, point.Value))]);

    private static PlotColour Colour(Similarity similarity, int place)
    {
        PlotColour[] colours = similarity == Similarity.Fidelity ? QuantumColours : ClassicalColours;
        return colours[place % colours.Length];
    }
}
