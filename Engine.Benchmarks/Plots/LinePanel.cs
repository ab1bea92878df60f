using System.Globalization;

namespace QEngine.Benchmarks;

/// <summary>A line of a panel.</summary>
/// <param name="Label">Written at its right end.</param>
/// <param name="Colour">Of the line and its label.</param>
/// <param name="Dashed">Whether it is drawn dashed.</param>
/// <param name="Points">From left to right; x is a power of two.</param>
internal sealed record Line(string Label, string Colour, bool Dashed, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Lines over a logarithmic x axis with a tick at every point, and a linear y axis from zero.</summary>
/// <param name="title">Written above.</param>
/// <param name="across">What x is.</param>
/// <param name="up">What y is.</param>
/// <param name="highest">The largest y, so that panels side by side have one scale.</param>
/// <param name="lines">The lines, all with points at the same x.</param>
internal sealed class LinePanel(string title, string across, string up, double highest, IReadOnlyList<Line> lines)
{
    private const int LabelHeight = 16, Gap = 10, Dot = 3;
    private const string Ink = "#1a1a1a", Faint = "#d9d9d9";

    /// <summary>Draws the panel.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="left">Left edge of the plotted area; ticks and the axis' name are left of it, the lines' labels right of it.</param>
    /// <param name="top">Its upper edge; the title is above.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height; ticks and the axis' name are below.</param>
    internal void Draw(Svg svg, double left, double top, double width, double height)
    {
        double bottom = top + height, step = Step(highest), ceiling = Math.Ceiling(highest / step) * step;
        double first = Math.Log2(lines[0].Points[0].X), last = Math.Log2(lines[0].Points[^1].X);
        double X(double x) => left + (width * (Math.Log2(x) - first) / (last - first));
        double Y(double y) => bottom - (height * y / ceiling);

        svg.Text(left, top - 22, title, Ink, bold: true);
        for (double tick = 0; tick <= ceiling; tick += step)
        {
            svg.Line(left, Y(tick), left + width, Y(tick), Faint);
            svg.Text(left - Gap, Y(tick) + 4, Number(tick), Ink, Anchor.End);
        }
        foreach ((double x, _) in lines[0].Points)
        {
            svg.Line(X(x), bottom, X(x), bottom + 4, Ink);
            svg.Text(X(x), bottom + 18, Number(x), Ink, Anchor.Middle);
        }
        svg.Line(left, bottom, left + width, bottom, Ink);
        svg.Text(left + (width / 2), bottom + 38, across, Ink, Anchor.Middle);
        svg.Sideways(left - 42, top + (height / 2), up, Ink);

        foreach (Line line in lines)
        {
            svg.Polyline(line.Points.Select(point => (X(point.X), Y(point.Y))), line.Colour, line.Dashed);
            foreach ((double x, double y) in line.Points) svg.Dot(X(x), Y(y), Dot, line.Colour);
        }
        foreach ((Line line, double y) in Labels(Y)) svg.Text(left + width + Gap, y + 4, line.Label, line.Colour);
    }

    /// <summary>The labels at the lines' right ends, from the lowest up, moved up where they would lie over each other.</summary>
    private IEnumerable<(Line Line, double Y)> Labels(Func<double, double> place)
    {
        double free = double.PositiveInfinity;
        foreach (Line line in lines.OrderByDescending(line => place(line.Points[^1].Y)))
        {
            double y = Math.Min(place(line.Points[^1].Y), free);
            free = y - LabelHeight;
            yield return (line, y);
        }
    }

    /// <summary>1, 2 or 5 times a power of ten: the smallest with at most eight ticks.</summary>
    private static double Step(double highest)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(highest / 8)));
        foreach (double factor in (ReadOnlySpan<double>)[1, 2, 5])
        {
            if (highest <= 8 * factor * power) return factor * power;
        }
        return 10 * power;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
