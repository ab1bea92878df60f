namespace QEngine.Benchmarks;

/// <summary>A point of a line.</summary>
/// <param name="X">Where across.</param>
/// <param name="Y">Where up.</param>
/// <param name="Label">Written beside it if there is room; empty for none.</param>
internal readonly record struct LinePoint(double X, double Y, string Label = "");

/// <summary>A line of a panel, or a single point.</summary>
/// <param name="Label">Written at its right end; empty for none.</param>
/// <param name="Colour">Of the line and its labels.</param>
/// <param name="Points">From left to right.</param>
internal sealed record Line(string Label, string Colour, IReadOnlyList<LinePoint> Points)
{
    /// <summary>Whether it is drawn dashed.</summary>
    internal bool Dashed { get; init; }

    /// <summary>Whether its points are marked.</summary>
    internal bool Dots { get; init; } = true;
}

/// <summary>Lines over two axes.</summary>
/// <param name="title">Written above.</param>
/// <param name="across">The x axis.</param>
/// <param name="up">The y axis.</param>
/// <param name="lines">The lines.</param>
internal sealed class LinePanel(string title, Axis across, Axis up, IReadOnlyList<Line> lines)
{
    private const int Gap = 10, Dot = 3, LegendHeight = 20;
    private const string Faint = "#d9d9d9";

    /// <summary>What colours mean, below the title.</summary>
    internal IReadOnlyList<(string Text, string Colour)> Legend { get; init; } = [];

    /// <summary>Between the text above and the plotted area: room for labels.</summary>
    internal int Headroom { get; init; } = 22;

    /// <summary>Draws the panel.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="left">Left edge of the plotted area; ticks and the axis' name are left of it, the lines' labels right of it.</param>
    /// <param name="top">Its upper edge; the title is above.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height; ticks and the axis' name are below.</param>
    internal void Draw(Svg svg, double left, double top, double width, double height)
    {
        double bottom = top + height;
        double X(double x) => left + (width * across.Place(x));
        double Y(double y) => bottom - (height * up.Place(y));

        svg.Text(left, top - Headroom - (Legend.Count > 0 ? LegendHeight : 0), title, Svg.Ink, bold: true);
        if (Legend.Count > 0) svg.Texts(left, top - Headroom, Legend);
        foreach (double tick in up.Ticks)
        {
            svg.Line(left, Y(tick), left + width, Y(tick), Faint);
            svg.Text(left - Gap, Y(tick) + 4, Axis.Number(tick), Svg.Ink, Anchor.End);
        }
        foreach (double tick in across.Ticks)
        {
            svg.Line(X(tick), bottom, X(tick), bottom + 4, Svg.Ink);
            svg.Text(X(tick), bottom + 18, Axis.Number(tick), Svg.Ink, Anchor.Middle);
        }
        svg.Line(left, bottom, left + width, bottom, Svg.Ink);
        svg.Text(left + (width / 2), bottom + 38, across.Name, Svg.Ink, Anchor.Middle);
        svg.Sideways(left - 42, top + (height / 2), up.Name, Svg.Ink);

        foreach (Line line in lines)
        {
            svg.Polyline(line.Points.Select(point => (X(point.X), Y(point.Y))), line.Colour, line.Dashed);
            foreach (LinePoint point in Marked(line)) svg.Dot(X(point.X), Y(point.Y), Dot, line.Colour);
        }
        LabelPlacer placer = new();
        placer.Bound(top - Headroom + Dot, bottom);
        Label(svg, placer, X, Y);
    }

    /// <summary>Labels of lines, from the lowest up, then those of points.</summary>
    private void Label(Svg svg, LabelPlacer placer, Func<double, double> placeX, Func<double, double> placeY)
    {
        foreach (LinePoint point in lines.SelectMany(Marked)) placer.Avoid(placeX(point.X), placeY(point.Y), Dot);
        foreach (Line line in lines)
        {
            foreach ((LinePoint from, LinePoint to) in line.Points.Zip(line.Points.Skip(1)))
                placer.AvoidLine((placeX(from.X), placeY(from.Y)), (placeX(to.X), placeY(to.Y)));
        }
        foreach (Line line in lines.Where(line => line.Label.Length > 0).OrderBy(line => line.Points[^1].Y))
        {
            double x = placeX(line.Points[^1].X) + Gap;
            svg.Text(x, placer.Beside(line.Label, x, placeY(line.Points[^1].Y) + 4), line.Label, line.Colour);
        }
        foreach (Line line in lines)
        {
            foreach (LinePoint point in line.Points.Where(point => point.Label.Length > 0))
            {
                if (placer.Around(point.Label, placeX(point.X), placeY(point.Y), Dot + 2) is not { } place) continue;
                svg.Text(place.Middle, place.Baseline, point.Label, line.Colour, Anchor.Middle);
            }
        }
    }

    private static IEnumerable<LinePoint> Marked(Line line) => line.Dots ? line.Points : [];
}
