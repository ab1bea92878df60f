using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;

namespace QEngine.Tests.Tools.Experiments.Reporting;

/// <summary><c>qengine report</c>: forms, results and errors.</summary>
public sealed class ReportCommandTests : ReportFixture
{
    [Test]
    public void The_result_is_a_line_or_json()
    {
        WriteRun(Cells().Skip(1));

        CommandLine line = Report("report.html").Succeeded();
        JsonElement json = Report("report.html", "--json").Json();

        Assert.That(line.Output, Is.EqualTo($"sizes-and-shares: 23 cells (1 missing), 32 comparisons: {In("report.html")}\n"));
        Assert.That((json.GetProperty("cells").GetInt32(), json.GetProperty("missing_cells").GetInt32()), Is.EqualTo((23, 1)));
        Assert.That(json.GetProperty("files").EnumerateArray().Select(file => file.GetString()), Is.EqualTo(new[] { In("report.html") }));
        Assert.That(json.GetProperty("comparisons").GetArrayLength(), Is.EqualTo(32));
        Assert.That(Names(), Is.EqualTo(new[] { "report.html", "run" }));
    }

    [Test]
    public void The_same_cells_make_the_same_report()
    {
        WriteRun(Cells());
        Report("a.html").Succeeded();
        Report("b.html").Succeeded();

        Assert.That(File.ReadAllText(In("a.html")), Is.EqualTo(File.ReadAllText(In("b.html"))));
    }

    [Test]
    public void Markdown_has_tables_and_sentences_and_its_drawings_beside_it()
    {
        WriteRun(Cells());
        using Session session = Session.Background(threads: 2);
        ExperimentReport report = ExperimentReport.Read(RunFolder, session);

        JsonElement json = Report("my report.md", "--json").Json();

        string text = File.ReadAllText(In("my report.md"));
        Assert.That(text, Does.StartWith("# sizes-and-shares\n\nWhich head, and how much does it need?\n"));
        foreach (SummaryComparison comparison in report.Summary.Comparisons) Assert.That(text, Does.Contain($"- {comparison.Sentence}\n"));
        SummaryRow row = report.Summary.Rows[0];
        Assert.That(text, Does.Contain($"| tiny | {row.Model} | {row.Size} | 100 % | {row.BytesPerVector} | {row.HeadParameters} | 2 | {ReportText.Value(row.Mean)} |"));
        string[] drawings = [.. json.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).Where(file => file.EndsWith(".svg", StringComparison.Ordinal))];
        Assert.That(drawings, Has.Length.GreaterThan(20));
        foreach (string drawing in drawings)
        {
            Assert.That(text, Does.Contain($"]({Uri.EscapeDataString(Path.GetFileName(drawing))})"));
            XElement root = XElement.Load(drawing);
            Assert.That(root.Elements().First().Name.LocalName, Is.EqualTo("title"));
            Assert.That(File.ReadAllText(drawing), Does.Not.Contain("NaN").And.Not.Contain("var("));
        }
        Assert.That(text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)), Is.All.EndsWith(" |"));
    }

    [Test]
    public void Hostile_names_stay_in_the_cells_of_markdown()
    {
        WriteRun(Cells().Select(cell => cell with { Settings = new Dictionary<string, string> { ["a|b"] = "x | y\n# z <b>![u](v)" } }));

        Report("report.md").Succeeded();

        Assert.That(File.ReadAllText(In("report.md")), Does.Contain("| a\\|b | x \\| y \\# z \\<b\\>\\!\\[u\\](v) |\n"));
    }

    [Test]
    public void Values_have_a_line_for_every_cell_test_and_measure()
    {
        CellResult[] cells = [.. Cells().Select((cell, i) => i == 0 ? cell with { Version = "a,\"b\"" } : cell)];
        WriteRun(cells);

        Report("report.csv").Succeeded();

        string[] lines = File.ReadAllLines(In("report.csv"));
        Assert.That(lines, Has.Length.EqualTo(1 + (cells.Length * 8)));
        Assert.That(lines[0], Does.StartWith("experiment,key,encoder,model,size,fraction,seed,similarity,test,bits,bytes_per_vector,items,measure,value,"));
        Assert.That(lines, Has.Some.StartsWith("sizes-and-shares,tiny.two.k8.p10.s1,tiny,two,8,0.1,1,fidelity,t,8,8,12,nDCG@10,0."));
        Assert.That(lines, Has.Some.Contains(",pearson,0.5,"));
        Assert.That(lines, Has.Exactly(8).EndsWith(",\"a,\"\"b\"\"\""));
    }

    [Test]
    public void An_empty_folder_fails_in_one_line()
    {
        Directory.CreateDirectory(RunFolder);
        Report("report.html").Failed(1, "expected the folder of a run, found no cells in", RunFolder);
        Directory.CreateDirectory(Path.Combine(RunFolder, "cells"));
        Report("report.html").Failed(1, "expected the folder of a run with cells that are done, found none in", RunFolder);
        Assert.That(Names(), Is.EqualTo(new[] { "run" }));
    }

    [TestCase("report.pdf")]
    [TestCase("report")]
    public void Other_forms_are_wrong_usage(string name)
    {
        WriteRun(Cells().Take(1));
        Report(name).Failed(2, "expected --out to name a file that ends in .html, .md or .csv, found", name);
    }

    [Test]
    public void A_folder_that_is_not_there_is_found_before_anything_is_read() =>
        CommandLine.Run("report", RunFolder, "--out", In("none/report.html")).Failed(1, "none");

    [TestCase("\"size\":8", "\"size\":0", "a size of at least 1")]
    [TestCase("\"bytes_per_vector\":32", "\"bytes_per_vector\":0", "tests of at least 1 bit and byte")]
    [TestCase("\"epoch\":2", "\"epoch\":-2", "epochs from 1")]
    [TestCase("\"batch\":\"8\"", "\"batch\":null", "texts as settings")]
    [TestCase("\"nDCG@10\":[0.", "\"nDCG@10\":[1e300,0.", "a value of nDCG@10 for every item")]
    [TestCase("\"spearman\":[", "\"spearman\":[1e300,", "at least 2 values of spearman below 1000000000")]
    [TestCase("\"values\":{", "\"values\":{\"RR@10\":[0.5],\"x\":null,", "expected a")]
    public void Malformed_cells_fail_in_one_line(string what, string with, string expected)
    {
        WriteRun(Cells());
        string path = Path.Combine(RunFolder, "cells", "tiny.two.k8.p100.s1.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(what, with, StringComparison.Ordinal));

        Report("report.html").Failed(1, expected, path);
    }
}
