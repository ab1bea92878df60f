namespace QEngine.Tools.Plots;

/// <summary>
/// The colours of drawings. Not all readers tell all of them apart: lines have dashes and markers besides (<see cref="LineStyle"/>), and
/// labels.
/// </summary>
internal enum PlotColour
{
    /// <summary>Text and axes.</summary>
    Ink,

    /// <summary>Lines of a grid.</summary>
    Faint,

    /// <summary>#1f5fa8 on white.</summary>
    Blue,

    /// <summary>#b8500f on white.</summary>
    Orange,

    /// <summary>#2e7d32 on white.</summary>
    Green,

    /// <summary>#7b3fa0 on white.</summary>
    Purple,

    /// <summary>#3d7a8c on white.</summary>
    Teal,

    /// <summary>#b0356b on white.</summary>
    Rose,

    /// <summary>#7a2e00 on white.</summary>
    Brown,

    /// <summary>#0b2e59 on white.</summary>
    Navy,

    /// <summary>#3f86c6 on white.</summary>
    Sky,

    /// <summary>#d07a1f on white.</summary>
    Ochre,

    /// <summary>#a8741a on white.</summary>
    Sand,
}
