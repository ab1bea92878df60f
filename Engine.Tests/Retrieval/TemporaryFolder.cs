using System.Text;

namespace QEngine.Tests.Retrieval;

/// <summary>A folder for one test's files, removed afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("qengine-").FullName;

    public string Path(string name) => System.IO.Path.Combine(path, name);

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(Path(name), content);
        return Path(name);
    }

    public string[] Names() => [.. Directory.GetFiles(path).Select(f => System.IO.Path.GetFileName(f)).Order()];

    public void Dispose() => Directory.Delete(path, recursive: true);
}
