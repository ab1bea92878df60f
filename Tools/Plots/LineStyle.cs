namespace QEngine.Tools.Plots;

/// <summary>How a line is dashed.</summary>
internal enum Dash
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>In dashes.</summary>
    Long,

    /// <summary>In points.</summary>
    Short,

    /// <summary>In dashes and points.</summary>
    Mixed,
}

/// <summary>What marks a point of a line.</summary>
internal enum Marker
{
    /// <summary>A filled circle.</summary>
    Circle,

    /// <summary>A filled square.</summary>
    Square,

    /// <summary>A filled triangle.</summary>
    Triangle,

    /// <summary>A filled square on its corner.</summary>
    Diamond,

    /// <summary>A filled triangle that points down.</summary>
    Wedge,

    /// <summary>A circle.</summary>
    Ring,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>What tells a line from others: colour, dashes and markers.</summary>
/// <param name="Colour">Of the line and its labels.</param>
/// <param name="Dash">How it is dashed.</param>
/// <param name="Marker">What marks its points.</param>
internal readonly record struct LineStyle(PlotColour Colour, Dash Dash = Dash.None, Marker Marker = Marker.Circle)
{
    // Those that are dark enough on white for labels.
    private static readonly PlotColour[] Order =
    [
        PlotColour.Blue, PlotColour.Orange, PlotColour.Green, PlotColour.Purple, PlotColour.Teal, PlotColour.Rose, PlotColour.Brown,
        PlotColour.Navy,
    ];

    /// <summary>The style of one of several lines; two of up to 40 differ in more than the colour or have different ones.</summary>
    /// <param name="place">The line's place among them, from 0.</param>
    internal static LineStyle Of(int place) =>
        new(Order[place % Order.Length], (Dash)(place % ((int)Dash.Mixed + 1)), (Marker)(place % ((int)Marker.Wedge + 1)));
}
