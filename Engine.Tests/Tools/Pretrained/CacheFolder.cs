using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Pretrained;

/// <summary>Environment variables for the time of a test, the cache among them: it lies in a folder of the test's own.</summary>
internal sealed class CacheFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _old = [];

    public CacheFolder(params (string Name, string? Value)[] variables)
    {
        Set("XDG_CACHE_HOME", _folder.Path("cache"));
        foreach ((string name, string? value) in variables) Set(name, value);
    }

    public string Path(string name) => _folder.Path(name);

    /// <summary>The models in the cache.</summary>
    public string Models => _folder.Path("cache/qengine/models");

    /// <summary>Names in a folder but for locks.</summary>
    public static string[] Names(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetFileSystemEntries(folder).Select(path => System.IO.Path.GetFileName(path)).Where(
            name => !name.EndsWith(".lock", StringComparison.Ordinal))]
        : [];

    public void Set(string name, string? value)
    {
        _old.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose()
    {
        foreach ((string name, string? value) in _old) Environment.SetEnvironmentVariable(name, value);
        _folder.Dispose();
    }
}
