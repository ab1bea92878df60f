using NUnit.Framework;

namespace QEngine.Tests.Architecture;

/// <summary>The rules on sources find what is wrong in small wrong sources, and nothing in right ones.</summary>
public sealed class SourceRulesTests
{
    private static readonly LayerTable Table = LayerTable.Parse(
        "| folder | holds | may use |\n|---|---|---|\n| Low | x | - |\n| Middle | y | Low |\n| High | z | Middle |\n| Hosting | a | High |\n");

    private static readonly SourceFile[] Engine =
    [
        new("Engine/QEngineException.cs", "namespace QEngine;\npublic sealed class QEngineException : Exception;"),
        new("Engine/Low/Span.cs", "namespace QEngine.Low;\npublic readonly record struct Cell(int X);\npublic static class Span;"),
        new("Engine/Middle/Node.cs", "namespace QEngine.Middle;\npublic interface INode;"),
        new("Engine/High/Model.cs", "namespace QEngine.High;\npublic enum Kind { A }"),
    ];

    [TestCase("Engine/Low/A.cs", "namespace QEngine.Low;", 0)]
    [TestCase("Engine/Low/Drawer/A.cs", "namespace QEngine.Low;", 0)]
    [TestCase("Engine/Low/Drawer/Deeper/A.cs", "namespace QEngine.Low;", 0)]
    [TestCase("Engine/A.cs", "namespace QEngine;", 0)]
    [TestCase("Engine/Low/A.cs", "// namespace QEngine.Low;", 1)]
    [TestCase("Engine/Low/A.cs", "namespace QEngine.Middle;", 1)]
    [TestCase("Engine/Low/A.cs", "namespace QEngine;", 1)]
    [TestCase("Engine/Low/A.cs", "namespace QEngine.Low { } namespace QEngine.Middle { }", 1)]
    [TestCase("Engine/Low/Drawer/A.cs", "namespace QEngine.Low.Drawer;", 1)]
    [TestCase("Engine/Low/Middle/A.cs", "namespace QEngine.Middle;", 1)]
    [TestCase("Engine/New/A.cs", "namespace QEngine.New;", 1)]
    public void A_namespace_is_its_layers_folder(string path, string text, int violations) =>
        Assert.That(SourceRules.Namespaces(new SourceFile(path, text), Table).Count(), Is.EqualTo(violations));

    [TestCase("Middle", "using QEngine.Low;")]
    [TestCase("Middle", "namespace QEngine.Middle; class A { QEngine.Low.Cell c; Low.Cell d; Middle.INode e; }")]
    [TestCase("Low", "class A { int High; int B => High.CompareTo(1); void C() => throw new QEngine.QEngineException(); }")]
    [TestCase("Low", "// using QEngine.High;\nclass A { string B = \"QEngine.High\"; /* High.Kind */ }")]
    [TestCase("Low", "class A { int B => this.High.Kind + Other.QEngine.High; }")]
    [TestCase("", "namespace QEngine; class A;")]
    public void An_allowed_use_passes(string layer, string text) => Assert.That(Uses(layer, text), Is.Empty);

    [TestCase("Low", "using QEngine.Middle;", "Low may not use Middle")]
    [TestCase("High", "using QEngine.Low;", "High may not use Low")]
    [TestCase("Low", "using static QEngine.High.Kind;", "Low may not use High")]
    [TestCase("Low", "using K = global::QEngine.High.Kind;", "Low may not use High")]
    [TestCase("Low", "class A { QEngine . High . Kind k; }", "Low may not use High")]
    [TestCase("Low", "class A { High.Kind k; }", "Low may not use High")]
    [TestCase("High", "class A { List<Low.Cell> k; }", "High may not use Low")]
    [TestCase("Low", "class A { string B => $\"{High.Kind.A}\"; }", "Low may not use High")]
    [TestCase("Low", "using QEngine.Tools;", "Low may not use Tools")]
    [TestCase("", "using QEngine.Low;", "the root may not use Low")]
    public void A_use_that_is_not_in_the_table_is_found(string layer, string text, string expected) =>
        Assert.That(Uses(layer, "\n" + text), Is.EqualTo(new[] { $"{PathIn(layer)}:2: {expected}" }));

    [TestCase("using System.Linq;", "System.Linq")]
    [TestCase("using static System.Reflection.BindingFlags;", "System.Reflection")]
    [TestCase("class A { int B = Random.Shared.Next(); }", "System.Random")]
    [TestCase("class A { object B = new Random(1); }", "System.Random")]
    [TestCase("class A { System.Random b; }", "System.Random")]
    [TestCase("class A { object B = DateTime.Now; }", "the clock")]
    [TestCase("class A { object B = DateTimeOffset.UtcNow; }", "the clock")]
    [TestCase("class A { dynamic b; }", "dynamic")]
    [TestCase("global using QEngine.Low;", "a global using")]
    [TestCase("using Microsoft.Extensions.AI;", "Microsoft.Extensions, which only Hosting may")]
    [TestCase("using System.Linq.Expressions;", "System.Linq.Expressions, which only Hosting may")]
    public void A_forbidden_name_is_found(string text, string what) =>
        Assert.That(SourceRules.ForbiddenNames(new SourceFile("Engine/Low/A.cs", text)), Is.EqualTo(new[] { $"Engine/Low/A.cs:1: uses {what}" }));

    [TestCase("Engine/Low/A.cs", "/// dynamic shapes, see System.Linq\nclass A { string B = \"DateTime.Now\"; void C() => RandomAccess.Read(); }")]
    [TestCase("Engine/Hosting/A.cs", "using Microsoft.Extensions.AI;")]
    [TestCase("Engine/Hosting/A.cs", "using System.Linq.Expressions;")]
    public void A_harmless_name_passes(string path, string text) =>
        Assert.That(SourceRules.ForbiddenNames(new SourceFile(path, text)), Is.Empty);

    [Test]
    public void A_long_file_is_found()
    {
        string longest = string.Concat(Enumerable.Repeat("//\n", SourceRules.MostLines));

        Assert.That(SourceRules.Length(new SourceFile("Engine/Low/A.cs", longest)), Is.Empty);
        Assert.That(SourceRules.Length(new SourceFile("Engine/Low/A.cs", longest + "//\n")), Is.Not.Empty);
    }

    [Test]
    public void A_long_line_is_found_with_its_place_and_length([Values("\n", "\r\n")] string end)
    {
        string longest = new('/', SourceRules.MostCharacters), longer = longest + "/";

        Assert.That(SourceRules.LineLength(new SourceFile("Engine/Low/A.cs", longest + end + longest + end)), Is.Empty);
        Assert.That(SourceRules.LineLength(new SourceFile("Engine/Low/A.cs", longest)), Is.Empty);
        Assert.That(
            SourceRules.LineLength(new SourceFile("Engine/Low/A.cs", longer + end + longest + end + longer)),
            Is.EqualTo(new[] { "Engine/Low/A.cs:1: expected at most 140 characters, found 141", "Engine/Low/A.cs:3: expected at most 140 characters, found 141" }));
    }

    [Test]
    public void A_missing_empty_or_long_readme_is_found()
    {
        string longest = string.Concat(Enumerable.Repeat("x\n", SourceRules.MostReadmeLines));

        Assert.That(SourceRules.Readme("Low", longest), Is.Empty);
        Assert.That(SourceRules.Readme("Low", longest + "x\n"), Is.Not.Empty);
        Assert.That(SourceRules.Readme("Low", " \n"), Is.Not.Empty);
        Assert.That(SourceRules.Readme("Low", null), Is.Not.Empty);
    }

    private static IEnumerable<string> Uses(string layer, string text)
    {
        SourceFile file = new(PathIn(layer), text);
        return SourceRules.Uses(file, Table, [.. Engine, file]);
    }

    private static string PathIn(string layer) => layer.Length == 0 ? "Engine/A.cs" : $"Engine/{layer}/A.cs";
}
