using QEngine.Tools.Cli;
using QEngine.Tools.Plots;

namespace QEngine.Tools.Experiments;

/// <summary>A part of a section.</summary>
internal abstract record ReportBlock
{
    /// <summary>Writes it.</summary>
    public abstract void Write(IReportWriter writer);
}

/// <summary>Sentences.</summary>
/// <param name="Text">The sentences.</param>
internal sealed record ReportParagraph(string Text) : ReportBlock
{
    /// <inheritdoc/>
    public override void Write(IReportWriter writer) => writer.Paragraph(Text);
}

/// <summary>A list of sentences.</summary>
/// <param name="Items">The sentences.</param>
internal sealed record ReportList(IReadOnlyList<string> Items) : ReportBlock
{
    /// <inheritdoc/>
    public override void Write(IReportWriter writer) => writer.List(Items);
}

/// <summary>A table.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Table">The table.</param>
internal sealed record ReportTable(string Caption, ResultTable Table) : ReportBlock
{
    /// <inheritdoc/>
    public override void Write(IReportWriter writer) => writer.Table(Caption, Table);
}

/// <summary>A drawing; neighbours may stand side by side.</summary>
/// <param name="Id">Its name in the document: letters, digits and hyphens.</param>
/// <param name="Drawing">The drawing, with title and description.</param>
internal sealed record ReportFigure(string Id, Svg Drawing) : ReportBlock
{
    /// <inheritdoc/>
    public override void Write(IReportWriter writer) => writer.Figure(Id, Drawing);
}

/// <summary>Blocks that are shown on demand, where the form of the document can do so.</summary>
/// <param name="Summary">What they are.</param>
/// <param name="Blocks">The blocks.</param>
internal sealed record ReportFold(string Summary, IReadOnlyList<ReportBlock> Blocks) : ReportBlock
{
    /// <inheritdoc/>
    public override void Write(IReportWriter writer) => writer.Fold(Summary, () =>
    {
        foreach (ReportBlock block in Blocks) block.Write(writer);
    });
}

/// <summary>A form of a document.</summary>
internal interface IReportWriter
{
    /// <summary>Writes sentences.</summary>
    void Paragraph(string text);

    /// <summary>Writes a list.</summary>
    void List(IReadOnlyList<string> items);

    /// <summary>Writes a table.</summary>
    void Table(string caption, ResultTable table);

    /// <summary>Writes a drawing.</summary>
    void Figure(string id, Svg drawing);

    /// <summary>Writes what is shown on demand.</summary>
    /// <param name="summary">What it is.</param>
    /// <param name="content">Writes it.</param>
    void Fold(string summary, Action content);
}
