using System.Globalization;
using System.Net;
using System.Text;

namespace QEngine.Benchmarks;

/// <summary>Which end of a text is at its position.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A drawing on a white ground, so that it reads on light and dark pages.</summary>
internal sealed class Svg
{
    /// <summary>The colour of text and axes.</summary>
    internal const string Ink = "#1a1a1a";

    private readonly StringBuilder _elements = new();

    /// <summary>Starts a drawing.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    internal Svg(int width, int height)
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" "
            + "font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"12\">");
        // A white rim sets texts off from lines below.
        Add("<style>text{stroke:#ffffff;stroke-width:3px;paint-order:stroke}</style>");
        Add($"<rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"#ffffff\"/>");
    }

    /// <summary>A straight line.</summary>
    internal void Line(double x1, double y1, double x2, double y2, string colour) =>
        Add(FormattableString.Invariant($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{colour}\"/>"));

    /// <summary>A line through points.</summary>
    internal void Polyline(IEnumerable<(double X, double Y)> points, string colour, bool dashed)
    {
        string path = string.Join(' ', points.Select(point => FormattableString.Invariant($"{point.X:0.#},{point.Y:0.#}")));
        Add($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{(dashed ? " stroke-dasharray=\"6 4\"" : "")}/>");
    }

    /// <summary>A filled circle.</summary>
    internal void Dot(double x, double y, double radius, string colour) =>
        Add(FormattableString.Invariant($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius}\" fill=\"{colour}\"/>"));

    /// <summary>A text on its baseline.</summary>
    internal void Text(double x, double y, string text, string colour, Anchor anchor = Anchor.Start, bool bold = false) =>
        Add(FormattableString.Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" fill=\"{colour}\"")
            + (anchor == Anchor.Start ? "" : $" text-anchor=\"{anchor.ToString().ToLowerInvariant()}\"")
            + (bold ? " font-weight=\"bold\" font-size=\"14\"" : "")
            + $">{WebUtility.HtmlEncode(text)}</text>");

    /// <summary>Texts of several colours in a row.</summary>
    internal void Texts(double x, double y, IEnumerable<(string Text, string Colour)> texts) =>
        Add(FormattableString.Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\">")
            + string.Concat(texts.Select((part, i) => $"<tspan dx=\"{(i > 0 ? 16 : 0)}\" fill=\"{part.Colour}\">{WebUtility.HtmlEncode(part.Text)}</tspan>"))
            + "</text>");

    /// <summary>A text from bottom to top, centred.</summary>
    internal void Sideways(double x, double y, string text, string colour) =>
        Add(FormattableString.Invariant($"<text transform=\"translate({x:0.#} {y:0.#}) rotate(-90)\" fill=\"{colour}\" text-anchor=\"middle\">")
            + $"{WebUtility.HtmlEncode(text)}</text>");

    /// <summary>The whole drawing.</summary>
    public override string ToString() => $"{_elements}</svg>\n";

    private void Add(string element) => _elements.Append(element).Append('\n');
}
