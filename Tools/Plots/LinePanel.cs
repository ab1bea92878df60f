namespace QEngine.Tools.Plots;

/// <summary>A point of a line.</summary>
/// <param name="X">Where across.</param>
/// <param name="Y">Where up.</param>
/// <param name="Label">Written beside it if there is room; empty for none.</param>
internal readonly record struct LinePoint(double X, double Y, string Label = "")
{
    /// <summary>The band of the line from where to where; null without one.</summary>
    internal (double Low, double High)? Band { get; init; }
}

/// <summary>A line of a panel, or a single point.</summary>
/// <param name="Label">Written at its right end; empty for none.</param>
/// <param name="Style">What tells it from others.</param>
/// <param name="Points">From left to right.</param>
internal sealed record Line(string Label, LineStyle Style, IReadOnlyList<LinePoint> Points);

/// <summary>Lines over two axes.</summary>
/// <param name="title">Written above.</param>
/// <param name="across">The x axis.</param>
/// <param name="up">The y axis.</param>
/// <param name="lines">The lines.</param>
internal sealed class LinePanel(string title, Axis across, Axis up, IReadOnlyList<Line> lines)
{
    private const int Gap = 10, CrowdedGap = 22, Dot = 3, LegendHeight = 20, LabelStep = 15, HalfText = 4;

    /// <summary>What colours mean, below the title.</summary>
    internal IReadOnlyList<(string Text, PlotColour Colour)> Legend { get; init; } = [];

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

        if (title.Length > 0) svg.Text(left, top - Headroom - (Legend.Count > 0 ? LegendHeight : 0), title, PlotColour.Ink, bold: true);
        if (Legend.Count > 0) svg.Texts(left, top - Headroom, Legend);
        PanelAxes.Up(svg, up, left, top, width, height);
        PanelAxes.Across(svg, across, left, bottom, width);

        foreach (Line line in lines)
        {
            if (line.Points.Count > 1 && line.Points.All(point => point.Band is not null)) svg.Area(Band(line, X, Y), line.Style.Colour);
        }
        foreach (Line line in lines)
        {
            svg.Polyline(line.Points.Select(point => (X(point.X), Y(point.Y))), line.Style.Colour, line.Style.Dash);
            foreach (LinePoint point in Marked(line)) svg.Mark(X(point.X), Y(point.Y), Dot, line.Style);
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
        LabelEnds(svg, placer, [.. lines.Where(line => line.Label.Length > 0).OrderBy(line => placeY(line.Points[^1].Y))], placeX, placeY);
        foreach (Line line in lines)
        {
            foreach (LinePoint point in line.Points.Where(point => point.Label.Length > 0))
            {
                if (placer.Around(point.Label, placeX(point.X), placeY(point.Y), Dot + 2) is not { } place) continue;
                svg.Text(place.Middle, place.Baseline, point.Label, line.Style.Colour, Anchor.Middle);
            }
        }
    }

    /// <summary>
    /// Each label is beside its line's end. Where lines end too near each other, all labels stand in a column on the right, joined to the
    /// ends.
    /// </summary>
    private void LabelEnds(Svg svg, LabelPlacer placer, Line[] labelled, Func<double, double> placeX, Func<double, double> placeY)
    {
        (double X, double Y)[] ends = [.. labelled.Select(line => (placeX(line.Points[^1].X), placeY(line.Points[^1].Y)))];
        bool isCrowded = ends.GroupBy(end => Math.Round(end.X))
            .Any(group => group.Zip(group.Skip(1)).Any(pair => pair.Second.Y - pair.First.Y < LabelStep));
        double column = ends.Select(end => end.X).DefaultIfEmpty().Max() + CrowdedGap;
        double[] spread = LabelSpread.Of([.. ends.Select(end => end.Y)], LabelStep, placeY(up.Ticks[^1]), placeY(up.Ticks[0]));
        for (int i = labelled.Length - 1; i >= 0; i--)
        {
            (Line line, (double x, double y)) = (labelled[i], ends[i]);
            if (isCrowded)
            {
                svg.Line(x + Dot + 2, y, column - 2, spread[i], line.Style.Colour);
                svg.Text(column, placer.Take(line.Label, column, spread[i] + HalfText), line.Label, line.Style.Colour);
            }
            else if (placer.Beside(line.Label, x + Gap, y + HalfText) is { } baseline)
            {
                svg.Text(x + Gap, baseline, line.Label, line.Style.Colour);
            }
        }
    }

    private static IEnumerable<LinePoint> Marked(Line line) => line.Style.Marker == Marker.None ? [] : line.Points;

    private static IEnumerable<(double X, double Y)> Band(Line line, Func<double, double> placeX, Func<double, double> placeY)
    {
        IEnumerable<(double, double)> high = line.Points.Select(point => (placeX(point.X), placeY(point.Band!.Value.High)));
        return high.Concat(line.Points.Reverse().Select(point => (placeX(point.X), placeY(point.Band!.Value.Low))));
    }
}
