using System.Globalization;
using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>The plots of reports, all of one width.</summary>
internal static class ReportPlot
{
    /// <summary>Width of the drawings.</summary>
    public const int Width = 460;

    /// <summary>Left and upper edge of the plotted area.</summary>
    public const int Left = 60, Top = 40;

    private const int Height = 240, Below = 48, Margin = 32, Headroom = 16, MostLabel = 18;

    /// <summary>A label that fits.</summary>
    public static string LabelOf(string label) => MarkupText.Shorten(label, MostLabel);

    /// <summary>Lines over two axes; their description names where each begins and ends.</summary>
    /// <param name="id">Name of the figure.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="across">The x axis.</param>
    /// <param name="up">The y axis.</param>
    /// <param name="lines">The lines, none empty.</param>
    /// <param name="more">What is to be said besides.</param>
    public static ReportFigure Lines(string id, string title, Axis across, Axis up, IReadOnlyList<Line> lines, string more = "")
    {
        double labels = lines.Max(line => LabelPlacer.Width(line.Label));
        string[] ends = [.. lines.Select(line => Describe(line, across))];
        Svg svg = new(Width, Top + Height + Below)
        {
            Title = title,
            Description = $"{up.Name} against {across.Name}. {string.Join("; ", ends)}.{(more.Length > 0 ? " " : "")}{more}",
        };
        new LinePanel("", across, up, lines) { Headroom = Headroom }
            .Draw(svg, Left, Top, Width - Left - labels - Margin, Height);
        return new ReportFigure(id, svg);
    }

    /// <summary>The line of a model, in its style.</summary>
    public static Line Line(ExperimentReport report, string model, IEnumerable<LinePoint> points) =>
        new(LabelOf(model), LineStyle.Of(report.PlaceOf(model)), [.. points]);

    private static string Describe(Line line, Axis across)
    {
        LinePoint first = line.Points[0], last = line.Points[^1];
        string Point(LinePoint point) => string.Create(CultureInfo.InvariantCulture, $"{point.Y:0.####} at {across.Text(point.X)}");
        return first == last ? $"{line.Label} {Point(first)}" : $"{line.Label} {Point(first)} to {Point(last)}";
    }
}
