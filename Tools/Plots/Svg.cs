using System.Globalization;
using System.Text;

namespace QEngine.Tools.Plots;

/// <summary>Which end of a text is at its position.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A drawing: a file of its own on a white ground, so that it reads on light and dark pages, or a part of a page.</summary>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
internal sealed class Svg(int width, int height)
{
    /// <summary>Height of the title above a drawing that has one.</summary>
    internal const int TitleHeight = 22;

    private const int TitleLeft = 12, TitleBaseline = 20;
    private const double TitleCharacter = 7.2;

    private readonly StringBuilder _elements = new();

    /// <summary>What it is: written above in a file, while a page says it beside the drawing; empty for nothing.</summary>
    internal string Title { get; init; } = "";

    /// <summary>What it shows, for those who do not see it; empty for nothing.</summary>
    internal string Description { get; init; } = "";

    /// <summary>A straight line.</summary>
    internal void Line(double x1, double y1, double x2, double y2, PlotColour colour, Dash dash = Dash.None) =>
        Add(Invariant($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" {Stroke(colour)}{Dashes(dash)}/>"));

    /// <summary>A line through points.</summary>
    internal void Polyline(IEnumerable<(double X, double Y)> points, PlotColour colour, Dash dash) =>
        Add($"<polyline points=\"{Path(points)}\" fill=\"none\" {Stroke(colour)} stroke-width=\"2\"{Dashes(dash)}/>");

    /// <summary>A faintly filled polygon.</summary>
    internal void Area(IEnumerable<(double X, double Y)> corners, PlotColour colour) =>
        Add($"<polygon points=\"{Path(corners)}\" class=\"{PlotStyle.ClassOf(colour)}\" fill=\"currentColor\" fill-opacity=\"0.14\"/>");

    /// <summary>Filled rectangles, as one element.</summary>
    internal void Bars(IEnumerable<(double X, double Y, double Width, double Height)> bars, PlotColour colour)
    {
        string path = string.Concat(bars.Select(
            bar => Invariant($"M{bar.X:0.#} {bar.Y:0.#}h{bar.Width:0.##}v{bar.Height:0.#}h{-bar.Width:0.##}z")));
        if (path.Length > 0) Add($"<path d=\"{path}\" class=\"{PlotStyle.ClassOf(colour)}\" fill=\"currentColor\"/>");
    }

    /// <summary>A point's marker.</summary>
    internal void Mark(double x, double y, double radius, LineStyle style)
    {
        string filled = $"class=\"{PlotStyle.ClassOf(style.Colour)}\" fill=\"currentColor\"";
        double wide = radius * 1.25;
        void Polygon(params (double X, double Y)[] corners) => Add($"<polygon points=\"{Path(corners)}\" {filled}/>");
        switch (style.Marker)
        {
            case Marker.Circle: Add(Invariant($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius}\" {filled}/>")); break;
            case Marker.Square:
                Polygon((x - radius, y - radius), (x + radius, y - radius), (x + radius, y + radius), (x - radius, y + radius));
                break;
            case Marker.Triangle: Polygon((x, y - wide), (x + wide, y + radius), (x - wide, y + radius)); break;
            case Marker.Diamond: Polygon((x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)); break;
            case Marker.Wedge: Polygon((x, y + wide), (x + wide, y - radius), (x - wide, y - radius)); break;
            case Marker.Ring:
                string line = $"fill=\"none\" {Stroke(style.Colour)} stroke-width=\"2\"";
                Add(Invariant($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius}\" {line}/>"));
                break;
            default: break;
        }
    }

    /// <summary>A text on its baseline.</summary>
    internal void Text(double x, double y, string text, PlotColour colour, Anchor anchor = Anchor.Start, bool bold = false) =>
        Add(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" class=\"{PlotStyle.ClassOf(colour)}\"")
            + (anchor == Anchor.Start ? "" : $" text-anchor=\"{anchor.ToString().ToLowerInvariant()}\"")
            + (bold ? " font-weight=\"bold\" font-size=\"14\"" : "")
            + $">{MarkupText.Encode(text)}</text>");

    /// <summary>Texts of several colours in a row.</summary>
    internal void Texts(double x, double y, IEnumerable<(string Text, PlotColour Colour)> texts) =>
        Add(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\">")
            + string.Concat(texts.Select((part, i) =>
                $"<tspan dx=\"{(i > 0 ? 16 : 0)}\" class=\"{PlotStyle.ClassOf(part.Colour)}\">{MarkupText.Encode(part.Text)}</tspan>"))
            + "</text>");

    /// <summary>A text from bottom to top, centred.</summary>
    internal void Sideways(double x, double y, string text, PlotColour colour) =>
        Add(Invariant($"<text transform=\"translate({x:0.#} {y:0.#}) rotate(-90)\" text-anchor=\"middle\" ")
            + $"class=\"{PlotStyle.ClassOf(colour)}\">{MarkupText.Encode(text)}</text>");

    /// <summary>The drawing as a file.</summary>
    public override string ToString() =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\""
        + (Title.Length > 0 ? " role=\"img\"" : "")
        + " font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"12\">\n"
        + (Title.Length > 0 ? $"<title>{MarkupText.Encode(Title)}</title>\n" : "")
        + (Description.Length > 0 ? $"<desc>{MarkupText.Encode(Description)}</desc>\n" : "")
        + $"<style>{PlotStyle.OfFile}</style>\n"
        + $"<rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{PlotStyle.White}\"/>\n{Heading}{_elements}</svg>\n";

    /// <summary>The drawing as a part of a page that has <see cref="PlotStyle.OfPage"/>.</summary>
    /// <param name="id">A name in the page.</param>
    internal string ToPart(string id) =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 {TitleHeight} {width} {height - TitleHeight}\" role=\"img\" "
        + $"aria-labelledby=\"{id}-title {id}-text\">\n<title id=\"{id}-title\">{MarkupText.Encode(Title)}</title>\n"
        + $"<desc id=\"{id}-text\">{MarkupText.Encode(Description)}</desc>\n{_elements}</svg>\n";

    private string Heading => Title.Length == 0
        ? ""
        : $"<text x=\"{TitleLeft}\" y=\"{TitleBaseline}\" class=\"{PlotStyle.ClassOf(PlotColour.Ink)}\" font-weight=\"bold\">"
            + $"{MarkupText.Encode(MarkupText.Shorten(Title, (int)((width - TitleLeft) / TitleCharacter)))}</text>\n";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Stroke(PlotColour colour) => $"class=\"{PlotStyle.ClassOf(colour)}\" stroke=\"currentColor\"";

    private static string Dashes(Dash dash) => dash switch
    {
        Dash.Long => " stroke-dasharray=\"6 4\"",
        Dash.Short => " stroke-dasharray=\"2 3\"",
        Dash.Mixed => " stroke-dasharray=\"8 3 2 3\"",
        _ => "",
    };

    private static string Path(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(point => Invariant($"{point.X:0.#},{point.Y:0.#}")));

    private void Add(string element) => _elements.Append(element).Append('\n');
}
