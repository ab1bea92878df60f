namespace QEngine.Tools.Experiments;

/// <summary>A report, whatever it is written as.</summary>
/// <param name="Title">What it is on.</param>
/// <param name="Lead">What was asked.</param>
/// <param name="Sections">Its sections; none is empty.</param>
internal sealed record ReportDocument(string Title, string Lead, IReadOnlyList<ReportSection> Sections);

/// <summary>A section of a report.</summary>
/// <param name="Id">Its name in the document: letters, digits and hyphens.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Blocks">What it holds.</param>
internal sealed record ReportSection(string Id, string Title, IReadOnlyList<ReportBlock> Blocks);
