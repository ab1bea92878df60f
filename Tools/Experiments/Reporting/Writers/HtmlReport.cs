using System.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>
/// A report as one HTML page that is well-formed XML too: no script, nothing that is loaded from elsewhere, in the reader's colours.
/// </summary>
internal sealed class HtmlReport : IReportWriter
{
    private const string StyleSheet = "report.css";

    private readonly StringBuilder _html = new();
    private bool _inFigures;

    private HtmlReport()
    {
    }

    /// <summary>Writes a document.</summary>
    /// <param name="document">The document.</param>
    public static string Create(ReportDocument document)
    {
        HtmlReport page = new();
        page.Write(document);
        return page._html.ToString();
    }

    /// <inheritdoc/>
    public void Paragraph(string text) => Element("p", text);

    /// <inheritdoc/>
    public void List(IReadOnlyList<string> items)
    {
        Line("<ul>");
        foreach (string item in items) Element("li", item);
        Line("</ul>");
    }

    /// <inheritdoc/>
    public void Table(string caption, ResultTable table)
    {
        // What is wider than the page is reached by keys too.
        Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{MarkupText.Encode(caption)}\">");
        Line("<table>");
        Element("caption", caption);
        if (table.HasHeading)
        {
            Line("<thead><tr>");
            foreach (ResultColumn column in table.Columns) Line($"<th scope=\"col\"{Class(column)}>{MarkupText.Encode(column.Name)}</th>");
            Line("</tr></thead>");
        }
        Line("<tbody>");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            // A table of properties has their names in the first column.
            IEnumerable<string> cells = row.Select((cell, i) => i == 0 && !table.HasHeading
                ? $"<th scope=\"row\">{MarkupText.Encode(cell)}</th>"
                : $"<td{Class(table.Columns[i])}>{MarkupText.Encode(cell)}</td>");
            Line($"<tr>{string.Concat(cells)}</tr>");
        }
        Line("</tbody>");
        Line("</table>");
        Line("</div>");
    }

    /// <inheritdoc/>
    public void Figure(string id, Svg drawing)
    {
        if (!_inFigures) Line("<div class=\"figures\">");
        _inFigures = true;
        _html.Append($"<figure id=\"{id}\">\n<figcaption>{MarkupText.Encode(drawing.Title)}</figcaption>\n{drawing.ToPart(id)}</figure>\n");
    }

    /// <inheritdoc/>
    public void Fold(string summary, Action content)
    {
        Line("<details>");
        Element("summary", summary);
        content();
        Line("</details>");
    }

    private void Write(ReportDocument document)
    {
        Line("<!DOCTYPE html>");
        Line("<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">");
        Line("<head>");
        Line("<meta charset=\"utf-8\"/>");
        Line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>");
        Line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        Line("<meta name=\"color-scheme\" content=\"light dark\"/>");
        Element("title", document.Title);
        Line($"<style>\n{Styles()}</style>");
        Line("</head>");
        Line("<body>");
        Line("<header>");
        Element("h1", document.Title);
        Element("p", document.Lead);
        Line("<nav aria-label=\"Sections\"><ul>");
        foreach (ReportSection section in document.Sections)
            Line($"<li><a href=\"#{section.Id}\">{MarkupText.Encode(section.Title)}</a></li>");
        Line("</ul></nav>");
        Line("</header>");
        Line("<main>");
        foreach (ReportSection section in document.Sections) Write(section);
        Line("</main>");
        Line("</body>");
        Line("</html>");
    }

    private void Write(ReportSection section)
    {
        Line($"<section id=\"{section.Id}\" aria-labelledby=\"{section.Id}-heading\">");
        Line($"<h2 id=\"{section.Id}-heading\">{MarkupText.Encode(section.Title)}</h2>");
        foreach (ReportBlock block in section.Blocks) block.Write(this);
        Line("</section>");
    }

    private static string Styles()
    {
        using StreamReader reader = new(typeof(HtmlReport).Assembly.GetManifestResourceStream(StyleSheet)!, Encoding.UTF8);
        string light = PlotStyle.Variables(dark: false), dark = PlotStyle.Variables(dark: true);
        return $":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n{PlotStyle.OfPage}\n"
            + reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Class(ResultColumn column) => column.IsNumber ? " class=\"number\"" : "";

    private void Element(string name, string text) => Line($"<{name}>{MarkupText.Encode(text)}</{name}>");

    // Whatever is no figure ends the row of figures.
    private void Line(string line)
    {
        if (_inFigures) _html.Append("</div>\n");
        _inFigures = false;
        _html.Append(line).Append('\n');
    }
}
