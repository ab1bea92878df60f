using NUnit.Framework;
using QEngine.Tests.Support;

namespace Examples;

/// <summary>The examples that the pages show are those that this project compiles and runs.</summary>
public sealed class ExampleTests
{
    private const string Page = "# Page\n```csharp\nusing System;\n\nint a = 1;\n  int b = 2;\n```\n```\nint c;\n```\nEnd\n```csharp\nint d;\n```\n";

    [Test]
    public void Every_example_of_the_pages_is_in_a_source_of_this_project()
    {
        string root = Repository.Root();
        string[] sources = [.. Files("Engine.PublicTests", "*.cs").Select(File.ReadAllText)];
        List<string> missing = [];
        int found = 0;
        foreach (string page in (string[])[Path.Combine(root, "README.md"), .. new[] { "docs", "Engine", "Tools", "Engine.Benchmarks" }.SelectMany(folder => Files(folder, "*.md"))])
        {
            foreach (Example example in Example.Of(File.ReadAllText(page)))
            {
                found++;
                if (!sources.Any(example.IsIn)) missing.Add($"{Path.GetRelativePath(root, page)}:{example.Line}: the example is in no source of Engine.PublicTests");
            }
        }

        Assert.That(found, Is.GreaterThanOrEqualTo(3));
        Assert.That(string.Join('\n', missing), Is.Empty);

        // Not what a build has copied.
        IEnumerable<string> Files(string folder, string pattern) => Directory.GetFiles(Path.Combine(root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
    }

    [Test]
    public void Examples_are_the_fenced_blocks_of_CSharp() =>
        Assert.That(Example.Of(Page), Is.EqualTo(new[] { new Example(3, "using System;\n\nint a = 1;\n  int b = 2;"), new Example(13, "int d;") }));

    [TestCase("using System;\nclass A\n{\n    void B() { int a = 1; int b = 2; }\n}", true)]
    [TestCase("class A { void B() { int a = 1; int b = 2; } }", false)]
    [TestCase("using System;\nclass A { void B() { int a = 1; int c; int b = 2; } }", false)]
    [TestCase("using System;\nclass A { void B() { int a = 1; int b = 3; } }", false)]
    public void An_example_is_found_whole_or_not_at_all(string source, bool found) => Assert.That(Example.Of(Page).First().IsIn(source), Is.EqualTo(found));

    [Test]
    public void A_block_without_an_end_is_refused() =>
        Assert.That(() => Example.Of("text\n```csharp\nint a;\n").ToArray(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("expected ``` after line 2, found none"));
}
