using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>The repository above the test's binaries.</summary>
internal static class Repository
{
    /// <summary>Its folder, or null where the binaries lie elsewhere.</summary>
    public static string? Find()
    {
        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "QEngine.sln"))) return folder.FullName;
        }
        return null;
    }

    /// <summary>Its folder; skips the running test, saying so, where there is none.</summary>
    public static string Root()
    {
        string? root = Find();
        if (root is null) Assert.Ignore("skipped: QEngine.sln and the sources are not above the test's binaries");
        return root!;
    }
}
