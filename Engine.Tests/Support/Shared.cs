using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>The optional folder of large reference files beside the repository, <c>../shared</c>.</summary>
internal static class Shared
{
    private static readonly string? Root = Find();

    /// <summary>The path of a reference file or folder; skips the running test, saying so, where it does not exist.</summary>
    /// <param name="relative">Path below the shared folder, for instance <c>golden/tokens_256.jsonl</c>.</param>
    public static string Path(string relative)
    {
        string path = Root is null ? relative : System.IO.Path.Combine(Root, relative);
        if (Root is null || (!File.Exists(path) && !Directory.Exists(path)))
            Assert.Ignore($"skipped: the reference file shared/{relative} is not beside the repository");
        return path;
    }

    private static string? Find()
    {
        string? repository = Repository.Find();
        if (repository is null) return null;
        string shared = System.IO.Path.Combine(repository, "..", "shared");
        return Directory.Exists(shared) ? System.IO.Path.GetFullPath(shared) : null;
    }
}
