using System.Globalization;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Plots;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Recall against time, <c>--plot-recall MODEL PASSAGES QUERIES FOLDER</c>: search by codes beside exact search.</summary>
internal static class RecallPlot
{
    private const int Threads = 2;
    private const int Height = 400, PanelWidth = 780, Left = 60, Top = 100, Headroom = 50, Below = 50, Right = 60;

    // What is written as 1.000, and where the y axis starts at the latest.
    private const double AllFound = 0.9995, HighestStart = 0.9;

    /// <summary>Measures, and writes recall.csv and recall.svg; of a quantum model also candidates.csv.</summary>
    /// <param name="modelFolder">The model.</param>
    /// <param name="passages">File of passages.</param>
    /// <param name="queries">File of queries.</param>
    /// <param name="folder">Where to.</param>
    internal static void Write(string modelFolder, string passages, string queries, string folder)
    {
        using WorkerPool workers = new(Threads);
        SentenceEmbedder model = ModelFolder.Load(modelFolder, workers);
        EmbeddedTexts texts = EmbeddedTexts.Of(model, TextSet.Read(passages).Texts, TextSet.Read(queries).Texts, workers);
        Hit[][] truth = RecallSurvey.Truth(texts, workers);
        if (model.Similarity == Similarity.Fidelity) WriteCandidates(folder, StoreSurvey.Measure(texts, truth));
        IReadOnlyList<SearchRecall> recalls = RecallSurvey.Measure(texts, truth, workers);
        PlotFile.WriteCsv(folder, "recall.csv", "method,bits,rescored,bytes_per_vector,recall@10,milliseconds", recalls.Select(Row));
        string title = string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Model.Head.PaperName} {model.Dimension}: recall of the best ten of {texts.Passages.Count:N0} passages");
        PlotFile.Write(folder, "recall.svg", Draw(title, recalls));
    }

    private static FormattableString Row(SearchRecall found) =>
        $"{found.Method.Name},{found.Method.Bits},{found.Method.Rescored},{found.Method.BytesPerVector},{found.Recall:F4},{found.Milliseconds:F4}";

    private static void WriteCandidates(string folder, IReadOnlyList<StoreRecall> recalls)
    {
        IGrouping<string, StoreRecall>[] stores = [.. recalls.GroupBy(recall => $"{recall.Store}, {recall.Numbers} numbers")];
        Console.WriteLine(TableRow("best ten by fidelity among the first", stores[0].Select(recall => $"{recall.Candidates}")));
        foreach (IGrouping<string, StoreRecall> store in stores)
            Console.WriteLine(TableRow(store.Key, store.Select(recall => recall.Recall.ToString("F4", CultureInfo.InvariantCulture))));
        PlotFile.WriteCsv(folder, "candidates.csv", "store,numbers_per_vector,candidates,recall_of_best_10", recalls.Select<StoreRecall, FormattableString>(
            recall => $"{recall.Store},{recall.Numbers},{recall.Candidates},{recall.Recall:F4}"));
    }

    private static string TableRow(string name, IEnumerable<string> cells) => $"{name,-40}{string.Concat(cells.Select(cell => $"{cell,8}"))}";

    private static string Draw(string title, IReadOnlyList<SearchRecall> recalls)
    {
        Svg svg = new(Left + PanelWidth + Right, Top + Height + Below);
        double fastest = recalls.Min(recall => recall.Milliseconds), slowest = recalls.Max(recall => recall.Milliseconds);
        Axis time = Axis.Logarithmic("milliseconds a query, one at a time on two threads", fastest, slowest);
        Axis share = Axis.Linear("recall@10", Math.Min(HighestStart, recalls.Min(recall => recall.Recall)), 1);
        SearchRecall[][] nearest =
            [.. recalls.Where(recall => recall.Method.Rescored is not null).GroupBy(recall => recall.Method.Bits).Select(line => line.ToArray())];
        new LinePanel(title, time, share, [.. Exact(recalls), .. nearest.Select(Nearest)])
        {
            Legend = [.. nearest.Select(line => Meaning(line[0].Method)), ("at a point: how many of the nearest are scored exactly", PlotColour.Ink)],
            Headroom = Headroom,
        }.Draw(svg, Left, Top, PanelWidth, Height);
        return svg.ToString();
    }

    private static IEnumerable<Line> Exact(IReadOnlyList<SearchRecall> recalls) => recalls
        .Where(recall => recall.Method.Rescored is null)
        .Select(recall => new Line("", new LineStyle(PlotColour.Ink), [new LinePoint(recall.Milliseconds, recall.Recall, recall.Method.Name)]));

    /// <summary>Up to where all is found: what is slower is no better.</summary>
    private static Line Nearest(SearchRecall[] recalls)
    {
        int points = Math.Min(recalls.Length, recalls.TakeWhile(recall => recall.Recall < AllFound).Count() + 1);
        return new Line("", new LineStyle(Colour(recalls[0].Method.Bits)), [.. recalls.Take(points).Select(recall => new LinePoint(
            recall.Milliseconds, recall.Recall, recall.Method.Rescored == 0 ? "none" : $"{recall.Method.Rescored}"))]);
    }

    private static (string Text, PlotColour Colour) Meaning(SearchMethod method) =>
        ($"{method.Bits} {(method.Bits == 1 ? "bit" : "bits")} ({method.BytesPerVector} bytes)", Colour(method.Bits));

    private static PlotColour Colour(int bits) => bits switch { 8 => PlotColour.Blue, 4 => PlotColour.Orange, _ => PlotColour.Green };
}
