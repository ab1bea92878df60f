using System.Globalization;
using System.Net;
using System.Text;

namespace QEngine.Quantum;

/// <summary>Draws circuits as SVG: a line for each qubit, boxes for gates, dots for qubits that control them.</summary>
internal static class CircuitSvg
{
    // Pixels.
    private const int Line = 44, Box = 28, Gap = 14, Margin = 20, NameWidth = 30;
    private const double Character = 7.8;

    private const string Ink = "#1a1a1a";

    /// <summary>Draws a circuit.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="names">What parameters are called; p0 and so on beyond them.</param>
    /// <returns>The file.</returns>
    public static string Create(Circuit circuit, IReadOnlyList<string> names)
    {
        IReadOnlyList<CircuitColumn> columns = CircuitColumn.Of(circuit, names);
        double width = (2 * Margin) + NameWidth + Gap;
        foreach (CircuitColumn column in columns) width += WidthOf(column) + Gap;
        int height = (2 * Margin) + Box + ((circuit.Qubits - 1) * Line);
        StringBuilder svg = new();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0.#} {height}\" ");
        Add(svg, $"width=\"{width:0.#}\" height=\"{height}\" ");
        Add(svg, $"font-family=\"ui-monospace, Consolas, monospace\" font-size=\"13\" text-anchor=\"middle\" stroke=\"{Ink}\">\n");
        Add(svg, $"<rect width=\"{width:0.#}\" height=\"{height}\" fill=\"#ffffff\" stroke=\"none\"/>\n");
        for (int q = 0; q < circuit.Qubits; q++)
        {
            Text(svg, Margin + (NameWidth / 2.0), Y(q), $"q{q}");
            Add(svg, $"<path d=\"M{Margin + NameWidth} {Y(q)}H{width - Margin:0.#}\"/>\n");
        }
        double x = Margin + NameWidth + Gap;
        foreach (CircuitColumn column in columns)
        {
            double own = WidthOf(column);
            AddColumn(svg, column, circuit.Qubits, x + (own / 2));
            x += own + Gap;
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static int Y(int qubit) => Margin + (Box / 2) + (qubit * Line);

    private static double WidthOf(CircuitColumn column) => Math.Max(Box, WidthOf(column.Width));

    private static double WidthOf(int characters) => (Character * characters) + 12;

    private static void AddColumn(StringBuilder svg, CircuitColumn column, int qubits, double x)
    {
        for (int q = 0; q + 1 < qubits; q++)
            if (column.IsLinked(q)) Add(svg, $"<path d=\"M{x:0.#} {Y(q)}V{Y(q + 1)}\"/>\n");
        for (int q = 0; q < qubits; q++)
        {
            if (column.Label(q) is not { } label) continue;
            if (label == GateKind.Control)
            {
                Add(svg, $"<circle cx=\"{x:0.#}\" cy=\"{Y(q)}\" r=\"4\" fill=\"{Ink}\"/>\n");
                continue;
            }
            double width = Math.Max(Box, WidthOf(label.Length));
            Add(svg, $"<rect x=\"{x - (width / 2):0.#}\" y=\"{Y(q) - (Box / 2)}\" ");
            Add(svg, $"width=\"{width:0.#}\" height=\"{Box}\" rx=\"3\" fill=\"#ffffff\"/>\n");
            Text(svg, x, Y(q), label);
        }
    }

    private static void Text(StringBuilder svg, double x, int y, string text) =>
        Add(svg, $"<text x=\"{x:0.#}\" y=\"{y + 4}\" fill=\"{Ink}\" stroke=\"none\">{WebUtility.HtmlEncode(text)}</text>\n");

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
