using NUnit.Framework;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tests.Tools.Demo;

public class ReferencePacksTests
{
    [Test]
    public void Newest_version_with_documentation_is_taken_from_the_first_root_that_has_any()
    {
        string root = DocFixture.Write(
            ("one/packs/Other/1.0.0/ref/net10.0/x.xml", ""),
            ("two/packs/Microsoft.NETCore.App.Ref/9.0.11/ref/net9.0/a.xml", ""),
            ("two/packs/Microsoft.NETCore.App.Ref/10.0.2/ref/net10.0/a.xml", ""),
            ("two/packs/Microsoft.NETCore.App.Ref/10.0.2/ref/net10.0/de/a.xml", ""),
            ("two/packs/Microsoft.NETCore.App.Ref/10.0.2/data/list.xml", ""),
            ("two/packs/Microsoft.NETCore.App.Ref/11.0.0/ref/net11.0/a.dll", ""),
            ("two/packs/Microsoft.AspNetCore.App.Ref/10.0.0-rc.2.3/ref/net10.0/b.xml", ""),
            ("two/packs/Microsoft.AspNetCore.App.Ref/10.0.0-rc.10.1/ref/net10.0/b.xml", ""),
            ("three/packs/Microsoft.NETCore.App.Ref/12.0.0/ref/net12.0/a.xml", ""));

        ReferencePacks packs = ReferencePacks.Find(new[] { "none", "one", "two", "three" }.Select(name => Path.Combine(root, name)));

        Assert.That(packs.Files.Select(file => Path.GetRelativePath(packs.Folder, file).Replace('\\', '/')), Is.EqualTo(new[]
        {
            "Microsoft.NETCore.App.Ref/10.0.2/ref/net10.0/a.xml", "Microsoft.AspNetCore.App.Ref/10.0.0-rc.10.1/ref/net10.0/b.xml",
        }));
    }

    [Test]
    public void Not_found_names_the_places_and_the_option_in_one_line()
    {
        QEngineException failure = Assert.Throws<QEngineException>(() => ReferencePacks.Find(["nowhere", "neither"]))!;

        Assert.That(failure.Message, Does.Contain(Path.Combine("nowhere", "packs")).And.Contain(Path.Combine("neither", "packs"))
            .And.Contain("--docs DIR").And.Not.Contain("\n"));
    }

    [Test]
    public void A_missing_or_empty_folder_is_an_error()
    {
        string folder = DocFixture.Write(("readme.txt", ""));

        Assert.That(() => ReferencePacks.In(folder), Throws.TypeOf<QEngineException>().With.Message.Contains("no *.xml"));
        Assert.That(() => ReferencePacks.In(Path.Combine(folder, "gone")), Throws.TypeOf<QEngineException>().With.Message.Contains("gone"));
    }

    [TestCase("10.0.2", "9.0.11")]
    [TestCase("10.0.0", "10.0.0-rc.1")]
    [TestCase("10.0.0-rc.2.1", "10.0.0-rc.1.9")]
    [TestCase("10.0.0-rc.1", "10.0.0-preview.7")]
    [TestCase("1.0.0", "latest")]
    public void Versions_are_ordered_by_age(string newer, string older) =>
        Assert.That(PackVersion.OfFolder("packs/" + newer), Is.GreaterThan(PackVersion.OfFolder("packs/" + older)));
}
