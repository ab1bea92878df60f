using QEngine.Tools.Plots;

namespace QEngine.Tools.Lab;

/// <summary>Draws the losses of training, a panel for every task: the mean over the seeds, and a band from the least to the most.</summary>
internal static class LabPlot
{
    private const int Width = 640, Left = 64, Top = 68, Height = 200, Below = 84, Margin = 44, MostLabel = 22, Headroom = 14;
    private const double LeastRange = 0.02;

    /// <summary>Draws a result.</summary>
    public static Svg Draw(LabResult result)
    {
        Svg svg = new(Width, Top + (result.Tasks.Length * (Height + Below)))
        {
            Title = $"{result.System}: loss by epoch",
            Description = $"{result.Title}; tasks {string.Join(", ", result.Tasks.Select(task => task.Task))}.",
        };
        for (int i = 0; i < result.Tasks.Length; i++) Draw(svg, result.Tasks[i], Top + (i * (Height + Below)));
        return svg;
    }

    private static void Draw(Svg svg, LabTaskResult task, int top)
    {
        bool isLogarithmic = task.Models.All(model => model.Curves.All(curve => curve.All(loss => loss > 0)));
        Line[] lines = [.. task.Models.Select((model, place) => Of(model, place, isLogarithmic))];
        int epochs = task.Models.Max(model => model.Curves[0].Length);
        Axis across = Axis.Whole("epoch", 1, Math.Max(2, epochs));
        (double Low, double High)[] bands = [.. lines.SelectMany(line => line.Points).Select(point => point.Band!.Value)];
        Axis up = Axis.Of(
            isLogarithmic ? "log10 of the loss" : "loss", [bands.Min(band => band.Low), bands.Max(band => band.High)], LeastRange);
        double labels = lines.Max(line => LabelPlacer.Width(line.Label));
        new LinePanel(task.Task, across, up, lines) { Headroom = Headroom }.Draw(svg, Left, top, Width - Left - labels - Margin, Height);
    }

    private static Line Of(LabModelResult model, int place, bool isLogarithmic)
    {
        LinePoint[] points = new LinePoint[model.Curves[0].Length];
        for (int epoch = 0; epoch < points.Length; epoch++)
        {
            double[] losses = [.. model.Curves.Select(curve => isLogarithmic ? Math.Log10(curve[epoch]) : curve[epoch])];
            points[epoch] = new LinePoint(epoch + 1, losses.Average()) { Band = (losses.Min(), losses.Max()) };
        }
        return new Line(MarkupText.Shorten(model.Model, MostLabel), LineStyle.Of(place) with { Marker = Marker.None }, points);
    }
}
