using System.Xml;
using System.Xml.Linq;
using NUnit.Framework;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;

namespace QEngine.Tests.Tools.Experiments.Reporting;

/// <summary>The page of a report: its parts, its links, and that nothing in cells gets out of its place.</summary>
public sealed class HtmlReportTests : ReportFixture
{
    private const string Hostile = "<img src=x onerror=alert(1)>\"'&\u0007\u2028</td></style>";

    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml", Svg = "http://www.w3.org/2000/svg";

    [Test]
    public void Every_section_is_there_in_order_and_in_the_table_of_contents()
    {
        XElement page = Page(Cells());

        string[] expected =
        [
            "findings", "run", "comparisons", "measures", "bytes", "parameters", "training-size", "learning", "angles", "differences", "settings",
            "provenance",
        ];
        Assert.That(page.Descendants(Html + "section").Select(section => (string)section.Attribute("id")!), Is.EqualTo(expected));
        Assert.That(page.Descendants(Html + "nav").Descendants(Html + "a").Select(link => (string)link.Attribute("href")!), Is.EqualTo(expected.Select(id => $"#{id}")));
        Assert.That(page.Descendants(Html + "h1").Single().Value, Is.EqualTo("sizes-and-shares"));
        Assert.That(page.Value, Does.Contain("Which head, and how much does it need?"));
    }

    [Test]
    public void The_page_is_self_contained_and_has_no_script()
    {
        string text = Text(Cells());
        XElement page = Parse(text);

        Assert.That(page.Descendants().Attributes().Where(one => one.Name.LocalName is "src" or "srcset" or "style" || one.Name.LocalName.StartsWith("on", StringComparison.Ordinal)), Is.Empty);
        Assert.That(page.Descendants().Select(one => one.Name.LocalName), Has.None.AnyOf("script", "link", "img", "iframe", "object"));
        Assert.That(text, Does.Not.Contain("url(").And.Not.Contain("@import"));
        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.That(ids, Is.Unique);
        Assert.That(page.Descendants().Attributes("href").Select(href => href.Value.TrimStart('#')), Is.SubsetOf(ids));
        Assert.That(text, Does.Not.Contain("NaN").And.Not.Contain("Infinity").And.Not.Contain("\u221e"));
        Assert.That(text, Does.Contain("prefers-color-scheme").And.Contain("@media print"));
    }

    [Test]
    public void Every_drawing_says_what_it_is()
    {
        XElement page = Page(Cells());

        XElement[] drawings = [.. page.Descendants(Svg + "svg")];
        Assert.That(drawings, Has.Length.GreaterThan(20));
        foreach (XElement drawing in drawings)
        {
            Assert.That((string?)drawing.Attribute("role"), Is.EqualTo("img"));
            string[] named = ((string)drawing.Attribute("aria-labelledby")!).Split(' ');
            XElement title = drawing.Element(Svg + "title")!, description = drawing.Element(Svg + "desc")!;
            Assert.That(named, Is.EqualTo(new[] { (string)title.Attribute("id")!, (string)description.Attribute("id")! }));
            Assert.That((title.Value.Length, description.Value.Length), Is.GreaterThan((5, 20)));
            Assert.That(drawing.Parent!.Element(Html + "figcaption")!.Value, Is.EqualTo(title.Value));
        }
        Assert.That(page.Descendants(Html + "div").Where(div => (string?)div.Attribute("class") == "scroll").Attributes("tabindex"), Is.Not.Empty);
    }

    [Test]
    public void Findings_have_every_sentence_of_the_summary()
    {
        WriteRun(Cells());
        using Session session = Session.Background(threads: 2);
        ExperimentReport report = ExperimentReport.Read(RunFolder, session);

        XElement page = Parse(HtmlReport.Create(report.ToDocument()));

        string findings = Section(page, "findings").Value;
        Assert.That(report.Summary.Comparisons, Has.Length.EqualTo(32));
        foreach (SummaryComparison comparison in report.Summary.Comparisons) Assert.That(findings, Does.Contain(comparison.Sentence));
        Assert.That(findings, Does.Contain("two against one on t nDCG@10: 8 comparisons, a difference shown in"));
    }

    [Test]
    public void Tables_have_means_seeds_intervals_and_tests()
    {
        WriteRun(Cells());
        using Session session = Session.Background(threads: 2);
        ExperimentReport report = ExperimentReport.Read(RunFolder, session);
        XElement page = Parse(HtmlReport.Create(report.ToDocument()));

        foreach (SummaryRow row in report.Summary.Rows)
            Assert.That(Rows(page, "measures"), Has.Some.SupersetOf(new[] { row.Model, $"{row.Size}", $"{row.BytesPerVector}", ReportText.Value(row.Mean), ReportText.Value(row.Deviation), $"{ReportText.Value(row.Low)} to {ReportText.Value(row.High)}" }));
        foreach (SummaryComparison one in report.Summary.Comparisons)
            Assert.That(Rows(page, "comparisons"), Has.Some.SupersetOf(new[] { one.First, one.Second, ReportText.Points(one.Difference), ReportText.Probability(one.PCorrected), one.Shown ? "yes" : "no" }));
        Assert.That(Rows(page, "provenance"), Has.Some.EqualTo(new[] { "rows.tsv", "ab12" }).And.Some.EqualTo(new[] { "tiny", "new, random weights" }));
        Assert.That(Rows(page, "settings"), Has.Some.EqualTo(new[] { "batch", "8" }).And.Some.EqualTo(new[] { "tiny", "two", "two" }));
    }

    [Test]
    public void What_an_experiment_has_not_got_is_left_out()
    {
        IEnumerable<CellResult> plain = Cells().Where(cell => cell is { Fraction: 1, Size: 8 })
            .Select(cell => cell with { Epochs = [], Parameters = new CellParameters(7, 7, 7), Tests = [.. cell.Tests.Where(test => test.Bits == 32)] });

        XElement page = Page(plain);

        Assert.That(
            page.Descendants(Html + "section").Select(section => (string)section.Attribute("id")!),
            Is.EqualTo(new[] { "findings", "run", "comparisons", "measures", "differences", "settings", "provenance" }));
    }

    [Test]
    public void Cells_without_measures_make_a_report_too()
    {
        XElement page = Page(Cells().Take(1).Select(cell => cell with { Tests = [], Epochs = [] }));

        Assert.That(page.Descendants(Html + "section").Select(section => (string)section.Attribute("id")!), Is.EqualTo(new[] { "run", "settings", "provenance" }));
    }

    [Test]
    public void Missing_cells_are_said()
    {
        XElement page = Page(Cells().Where(cell => !(cell is { Model: "two", Size: 4, Fraction: 0.1, Seed: 2 } or { Model: "all" })));

        string run = Section(page, "run").Value;
        Assert.That(run, Does.Contain("This run is not complete: 5 cells of the seeds that were begun are missing"));
        Assert.That(run, Does.Contain("two with tiny, k = 4, 10 % of the rows: seed 2").And.Contain("all with tiny: seeds 1, 2"));
        Assert.That(run, Does.Contain("1 seed of the definition, counted for each encoder, has no cell"));
    }

    [Test]
    public void A_complete_run_says_nothing_of_missing_cells()
    {
        XElement page = Page(Cells().Concat(Cells().Where(cell => cell.Seed == 1).Select(cell => Cell(cell.Model, cell.Size, cell.Fraction, 3))));

        Assert.That(Section(page, "run").Value, Does.Not.Contain("missing").And.Not.Contain("complete").And.Not.Contain("no cell").And.Contain("1 to 3"));
    }

    [Test]
    public void Hostile_names_are_texts()
    {
        string definition = Definition.Replace("Which head", "Which <b>head</b> </title><script>alert(2)</script>", StringComparison.Ordinal);
        IEnumerable<CellResult> cells = Cells().Select(cell => cell with
        {
            Version = Hostile,
            BackboneFingerprint = Hostile,
            Settings = new Dictionary<string, string> { [Hostile] = Hostile },
            Data = new Dictionary<string, string> { [Hostile] = Hostile },
            Epochs = [.. cell.Epochs.Select(epoch => epoch with { Measures = new Dictionary<string, double> { [Hostile] = 1 } })],
            Tests = [.. cell.Tests.Select(test => test with
            {
                Test = Hostile,
                Items = test.Items?.Select(item => Hostile + item).ToArray(),
                Measures = test.Measures.ToDictionary(one => Hostile + one.Key, one => one.Value),
                Values = test.Values.ToDictionary(one => Hostile + one.Key, one => one.Value),
            })],
        });

        string text = Text(cells, definition);
        XElement page = Parse(text);

        Assert.That(page.Descendants().Select(one => one.Name.LocalName), Has.None.AnyOf("img", "script", "b"));
        Assert.That(page.Descendants(Html + "style").Count(), Is.EqualTo(1));
        Assert.That(text, Does.Not.Contain("\u0007"));
        Assert.That(page.Value, Does.Contain("<img src=x onerror=alert(1)>"));
    }

    [Test]
    public void Losses_beyond_all_bounds_do_not_spoil_the_drawings()
    {
        string text = Text(Cells().Select(cell => cell.Seed != 1 ? cell : cell with
        {
            Epochs = [.. cell.Epochs.Select(epoch => epoch with { Measures = new Dictionary<string, double> { ["loss"] = epoch.Epoch == 1 ? 1e300 : 1e-300 } })],
        }));

        Parse(text);
        Assert.That(text, Does.Contain("id=\"learning-1\"").And.Not.Contain("NaN").And.Not.Contain("E+").And.Not.Contain("Infinity"));
    }

    private XElement Page(IEnumerable<CellResult> cells) => Parse(Text(cells));

    private string Text(IEnumerable<CellResult> cells, string definition = Definition)
    {
        WriteRun(cells, definition);
        Report("report.html").Succeeded();
        return File.ReadAllText(In("report.html"));
    }

    private static XElement Parse(string text)
    {
        using XmlReader reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }

    private static XElement Section(XElement page, string id) => page.Descendants(Html + "section").Single(section => (string?)section.Attribute("id") == id);

    private static string[][] Rows(XElement page, string section) =>
        [.. Section(page, section).Descendants(Html + "tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];
}
