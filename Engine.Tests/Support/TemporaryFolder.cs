using System.Text;

namespace QEngine.Tests.Support;

/// <summary>A folder of its own for one test, deleted with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("qengine-tests-").FullName;

    /// <summary>The path of a file in it, whether it exists or not.</summary>
    internal string Path(string name) => System.IO.Path.Combine(_path, name);

    /// <summary>Writes a file as UTF-8 without byte order mark and returns its path.</summary>
    internal string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a file and returns its path.</summary>
    internal string Write(string name, byte[] content)
    {
        File.WriteAllBytes(Path(name), content);
        return Path(name);
    }

    /// <summary>Names of all files, hidden ones too, sorted.</summary>
    internal string[] Names()
    {
        string[] names = Directory.GetFiles(_path, "*", new EnumerationOptions { AttributesToSkip = 0 });
        for (int i = 0; i < names.Length; i++) names[i] = System.IO.Path.GetFileName(names[i]);
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
