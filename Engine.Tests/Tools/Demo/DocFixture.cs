using NUnit.Framework;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tests.Tools.Demo;

/// <summary>Documentation files written for one test, and corpora made without files.</summary>
internal static class DocFixture
{
    /// <summary>Writes one documentation file of these member elements and loads it.</summary>
    public static ApiCorpus Load(string members) => ApiCorpus.Load(ReferencePacks.In(Write(("Sample.xml", Document(members)))));

    /// <summary>Wraps member elements in a documentation file.</summary>
    public static string Document(string members) =>
        $"<?xml version=\"1.0\"?>\n<doc><assembly><name>Sample</name></assembly><members>{members}</members></doc>";

    /// <summary>Writes files into a fresh folder below the test's work directory and returns the folder.</summary>
    public static string Write(params (string Path, string Text)[] files)
    {
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "docs-" + TestContext.CurrentContext.Test.ID);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach ((string path, string text) in files)
        {
            string full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
        }
        return folder;
    }

    /// <summary>A member with the given id and summary, as if loaded.</summary>
    public static ApiMember Member(string type, string name, int overload, string summary) => new(
        $"M:{type}.{name}(System.Int{overload})", ApiKind.Method, type[..type.LastIndexOf('.')], type, type, name,
        $"{type[(type.LastIndexOf('.') + 1)..]}.{name}(Int{overload})", summary, [new("count", $"Int{overload}", "How many there are.")], "", "");
}
