namespace QEngine.Tools.Plots;

/// <summary>A number and its interval.</summary>
/// <param name="Label">What it is of.</param>
/// <param name="Value">The number.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Marked">Whether its marker is filled.</param>
internal readonly record struct IntervalRow(string Label, double Value, double Low, double High, bool Marked);

/// <summary>Numbers with their intervals below each other, beside a line at 0.</summary>
/// <param name="across">The axis.</param>
/// <param name="rows">The numbers.</param>
internal sealed class IntervalPanel(Axis across, IReadOnlyList<IntervalRow> rows)
{
    private const int RowHeight = 34, TextHeight = 14, LineAt = 23, Cap = 4, Dot = 4;

    /// <summary>Height of the plotted area.</summary>
    /// <param name="rows">How many numbers there are.</param>
    internal static int HeightOf(int rows) => rows * RowHeight;

    /// <summary>Draws the panel.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="left">Left edge of the plotted area.</param>
    /// <param name="top">Its upper edge; the axis is below.</param>
    /// <param name="width">Its width.</param>
    internal void Draw(Svg svg, double left, double top, double width)
    {
        double bottom = top + HeightOf(rows.Count);
        double X(double value) => left + (width * across.Place(value));

        foreach (double tick in across.Ticks) svg.Line(X(tick), top, X(tick), bottom, PlotColour.Faint);
        svg.Line(X(0), top, X(0), bottom, PlotColour.Ink);
        PanelAxes.Across(svg, across, left, bottom, width);
        for (int i = 0; i < rows.Count; i++)
        {
            IntervalRow row = rows[i];
            double y = top + (RowHeight * i) + LineAt;
            PlotColour colour = row.Marked ? (row.Value > 0 ? PlotColour.Blue : PlotColour.Orange) : PlotColour.Ink;
            svg.Text(left, top + (RowHeight * i) + TextHeight, row.Label, PlotColour.Ink);
            svg.Line(X(row.Low), y, X(row.High), y, colour);
            foreach (double end in (double[])[row.Low, row.High]) svg.Line(X(end), y - Cap, X(end), y + Cap, colour);
            svg.Mark(X(row.Value), y, Dot, new LineStyle(colour, Marker: row.Marked ? Marker.Circle : Marker.Ring));
        }
    }
}
