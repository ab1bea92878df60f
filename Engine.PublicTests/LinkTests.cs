using System.Text.RegularExpressions;
using NUnit.Framework;
using QEngine.Tests.Support;

namespace Examples;

/// <summary>The links of the pages lead to what is there.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] Folders = ["docs", "Engine", "Tools", "Engine.Benchmarks", "Engine.Tests", "Engine.PublicTests"];

    [Test]
    public void Every_link_to_a_file_leads_to_one()
    {
        string root = Repository.Root();
        List<string> broken = [];
        int found = 0;
        foreach (string page in Pages(root))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
            {
                string target = link.Groups["target"].Value;
                if (target.Contains("://", StringComparison.Ordinal)) continue;
                found++;
                if (!Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)))
                    broken.Add($"{Path.GetRelativePath(root, page)}: expected a file or folder at {target}, found none");
            }
        }

        Assert.That(found, Is.GreaterThan(20));
        Assert.That(string.Join('\n', broken), Is.Empty);
    }

    [Test]
    public void Links_are_targets_in_brackets_without_their_place_in_the_page() => Assert.That(
        Link().Matches("a [b](docs/c.md#d) ![e](f.svg) [g](https://h.org/i) (j.md)").Select(link => link.Groups["target"].Value),
        Is.EqualTo(new[] { "docs/c.md", "f.svg", "https://h.org/i" }));

    // Not what a build has copied.
    private static IEnumerable<string> Pages(string root) => Directory.GetFiles(root, "*.md")
        .Concat(Folders.SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*.md", SearchOption.AllDirectories)))
        .Where(path => !Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}
