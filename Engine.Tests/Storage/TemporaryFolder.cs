using NUnit.Framework;

namespace QEngine.Tests.Storage;

/// <summary>A folder of its own for one test, deleted with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("qengine-tests-").FullName;

    internal string File(string name) => Path.Combine(_path, name);

    /// <summary>Writes a file and returns its path.</summary>
    internal string File(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    /// <summary>Names of all files, hidden ones too, sorted.</summary>
    internal string[] Names()
    {
        string[] names = Directory.GetFiles(_path, "*", new EnumerationOptions { AttributesToSkip = 0 });
        for (int i = 0; i < names.Length; i++) names[i] = Path.GetFileName(names[i]);
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}

/// <summary>Assertions on refused input.</summary>
internal static class Refused
{
    /// <summary>Requires a one-line <see cref="QEngineException"/> that says what was expected and found and holds the given parts.</summary>
    internal static void With(Action action, params string[] parts)
    {
        QEngineException error = Assert.Throws<QEngineException>(() => action())!;
        Assert.That(error.Message, Does.Not.Contain("\n").And.Not.Contain("\r"));
        Assert.That(error.Message, Does.StartWith("expected ").And.Contain("found "));
        foreach (string part in parts) Assert.That(error.Message, Does.Contain(part));
    }
}
