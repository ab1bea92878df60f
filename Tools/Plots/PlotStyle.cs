using System.Text;

namespace QEngine.Tools.Plots;

/// <summary>
/// The style sheet of drawings. An element of a drawing has a class for its colour; what the class means is told by the file that the
/// drawing stands in: a picture with a white ground, or a page that follows the reader's light, dark or paper.
/// </summary>
internal static class PlotStyle
{
    private const string Ground = "ground";

    private static readonly (PlotColour Colour, string OnLight, string OnDark)[] Colours =
    [
        (PlotColour.Ink, "#1a1a1a", "#ececf1"),
        (PlotColour.Faint, "#d9d9d9", "#3a3a44"),
        (PlotColour.Blue, "#1f5fa8", "#6fb1ff"),
        (PlotColour.Orange, "#b8500f", "#ff9a5a"),
        (PlotColour.Green, "#2e7d32", "#74d17b"),
        (PlotColour.Purple, "#7b3fa0", "#cfa3ff"),
        (PlotColour.Teal, "#3d7a8c", "#6fd0dd"),
        (PlotColour.Rose, "#b0356b", "#ff8fbc"),
        (PlotColour.Brown, "#7a2e00", "#d9a07a"),
        (PlotColour.Navy, "#0b2e59", "#aebcff"),
        (PlotColour.Sky, "#3f86c6", "#a5dcff"),
        (PlotColour.Ochre, "#d07a1f", "#f2b64c"),
        (PlotColour.Sand, "#a8741a", "#d8c27a"),
    ];

    /// <summary>The colour behind a drawing that is a file.</summary>
    internal const string White = "#ffffff";

    /// <summary>The colour behind drawings on a dark page.</summary>
    internal const string Dark = "#16161b";

    /// <summary>The class of a colour.</summary>
    internal static string ClassOf(PlotColour colour) => $"p-{colour.ToString().ToLowerInvariant()}";

    /// <summary>The rules of a drawing that is a file.</summary>
    internal static string OfFile
    {
        get
        {
            StringBuilder rules = new();
            foreach ((PlotColour colour, string light, _) in Colours) rules.Append($".{ClassOf(colour)}{{color:{light}}}");
            return rules.Append(Texts(White)).ToString();
        }
    }

    /// <summary>The variables of a page, without selector: the colours on light, or on dark.</summary>
    internal static string Variables(bool dark)
    {
        StringBuilder variables = new($"--{Ground}:{(dark ? Dark : White)};");
        foreach ((PlotColour colour, string onLight, string onDark) in Colours)
            variables.Append($"--{ClassOf(colour)}:{(dark ? onDark : onLight)};");
        return variables.ToString();
    }

    /// <summary>The rules of a page with drawings in it, whose root has the <see cref="Variables"/>.</summary>
    internal static string OfPage
    {
        get
        {
            StringBuilder rules = new();
            foreach ((PlotColour colour, _, _) in Colours) rules.Append($".{ClassOf(colour)}{{color:var(--{ClassOf(colour)})}}");
            return rules.Append(Texts($"var(--{Ground})")).ToString();
        }
    }

    // A rim in the colour of the ground sets texts off from lines below.
    private static string Texts(string ground) =>
        $"svg text{{fill:currentColor;stroke:{ground};stroke-width:3px;paint-order:stroke;stroke-linejoin:round}}";
}
