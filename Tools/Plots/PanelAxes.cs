namespace QEngine.Tools.Plots;

/// <summary>Draws the axes of a panel: ticks, their texts and the name.</summary>
internal static class PanelAxes
{
    private const int Gap = 10, NameBeside = 48, NameBelow = 38, TickBelow = 18;

    // Between the texts of two ticks.
    private const double Room = 4;

    /// <summary>Draws an axis that goes up, left of a panel, with a line across for every tick.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="left">Left edge of the plotted area.</param>
    /// <param name="top">Its upper edge.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    internal static void Up(Svg svg, Axis axis, double left, double top, double width, double height)
    {
        foreach (double tick in axis.Ticks)
        {
            double y = top + height - (height * axis.Place(tick));
            svg.Line(left, y, left + width, y, PlotColour.Faint);
            svg.Text(left - Gap, y + 4, axis.Text(tick), PlotColour.Ink, Anchor.End);
        }
        if (axis.Name.Length > 0) svg.Sideways(left - NameBeside, top + (height / 2), axis.Name, PlotColour.Ink);
    }

    /// <summary>Draws an axis that goes across, below a panel; texts of ticks that would lie over the one before are left out.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="left">Left edge of the plotted area.</param>
    /// <param name="bottom">Its lower edge.</param>
    /// <param name="width">Its width.</param>
    internal static void Across(Svg svg, Axis axis, double left, double bottom, double width)
    {
        double end = double.NegativeInfinity;
        foreach (double tick in axis.Ticks)
        {
            double x = left + (width * axis.Place(tick)), half = LabelPlacer.Width(axis.Text(tick)) / 2;
            svg.Line(x, bottom, x, bottom + 4, PlotColour.Ink);
            if (x - half < end + Room) continue;
            svg.Text(x, bottom + TickBelow, axis.Text(tick), PlotColour.Ink, Anchor.Middle);
            end = x + half;
        }
        svg.Line(left, bottom, left + width, bottom, PlotColour.Ink);
        if (axis.Name.Length > 0) svg.Text(left + (width / 2), bottom + NameBelow, axis.Name, PlotColour.Ink, Anchor.Middle);
    }
}
