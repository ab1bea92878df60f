using System.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>A report as Markdown, with its drawings as files beside it.</summary>
internal sealed class MarkdownReport : IReportWriter
{
    private const string Special = "\\`*_[]{}<>|#~$!&";

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, Svg> _drawings = [];
    private readonly string _name;

    private MarkdownReport(string name) => _name = name;

    /// <summary>Writes a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="name">Name of the file without extension, with which those of the drawings begin.</param>
    /// <returns>The text, and the drawings by the names of their files.</returns>
    public static (string Text, IReadOnlyDictionary<string, Svg> Drawings) Create(ReportDocument document, string name)
    {
        MarkdownReport report = new(name);
        report.Block($"# {Escape(document.Title)}");
        report.Paragraph(document.Lead);
        foreach (ReportSection section in document.Sections)
        {
            report.Block($"## {Escape(section.Title)}");
            foreach (ReportBlock block in section.Blocks) block.Write(report);
        }
        return (report._text.ToString().TrimEnd('\n') + "\n", report._drawings);
    }

    /// <inheritdoc/>
    public void Paragraph(string text) => Block(Escape(text));

    /// <inheritdoc/>
    public void List(IReadOnlyList<string> items) => Block(string.Join('\n', items.Select(item => $"- {Escape(item)}")));

    /// <inheritdoc/>
    public void Table(string caption, ResultTable table)
    {
        IEnumerable<string> rules = table.Columns.Select(column => column.IsNumber ? "--:" : "---");
        IEnumerable<string> names = table.Columns.Select(column => Escape(column.Name));
        IEnumerable<string> rows = table.Rows.Select(row => Row(row.Select(Escape)));
        Block($"{Escape(caption)}:");
        Block(string.Join('\n', [Row(names), Row(rules), .. rows]));
    }

    /// <inheritdoc/>
    public void Figure(string id, Svg drawing)
    {
        string file = $"{_name}.{id}.svg";
        _drawings.Add(file, drawing);
        Block($"![{Escape(drawing.Title)}]({Uri.EscapeDataString(file)})");
    }

    /// <inheritdoc/>
    public void Fold(string summary, Action content)
    {
        Block($"<details><summary>{MarkupText.Encode(summary)}</summary>");
        content();
        Block("</details>");
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char c in TerminalText.Whole(text))
        {
            if (Special.Contains(c)) escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }

    private void Block(string text) => _text.Append(text).Append("\n\n");
}
