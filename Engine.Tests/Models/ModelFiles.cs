using NUnit.Framework;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Models;

/// <summary>A saved small model in a folder of its own, whose files a test then spoils.</summary>
internal sealed class ModelFiles : IDisposable
{
    private readonly TemporaryFolder _parent = new();

    public ModelFiles(HeadConfiguration head) => ModelFolder.Save(SmallModel.Create(head), Folder);

    public string Folder => _parent.Path("model");

    public string this[string file] => Path.Combine(Folder, file);

    /// <summary>Replaces text in a file; the text must be there.</summary>
    public void Replace(string file, string old, string replacement)
    {
        string content = File.ReadAllText(this[file]);
        Assert.That(content, Does.Contain(old), file);
        File.WriteAllText(this[file], content.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>Puts members before those of a file's object.</summary>
    public void Add(string file, string members)
    {
        string content = File.ReadAllText(this[file]);
        File.WriteAllText(this[file], $"{{{members},{content[(content.IndexOf('{', StringComparison.Ordinal) + 1)..]}");
    }

    /// <summary>Rewrites a safetensors file; the change gets name, shape and numbers of every tensor in a list.</summary>
    public void Change(string file, Action<List<(string Name, long[] Shape, float[] Values)>> change)
    {
        List<(string Name, long[] Shape, float[] Values)> tensors = [];
        using (SafetensorsFile old = SafetensorsFile.Open(this[file]))
        {
            foreach (SafetensorsTensor tensor in old.Tensors)
            {
                float[] values = new float[tensor.ElementCount];
                old.Read(tensor.Name, values.AsSpan());
                tensors.Add((tensor.Name, tensor.Shape.ToArray(), values));
            }
        }
        change(tensors);
        SafetensorsWriter.Write(this[file], tensors.ConvertAll(tensor => new SafetensorsEntry(tensor.Name, tensor.Shape, tensor.Values)));
    }

    /// <summary>Requires loading to fail with a one-line message that holds the given parts.</summary>
    public void Refused(params string[] parts) => Refused(() => ModelFolder.Load(Folder), parts);

    public static void Refused(Action action, params string[] parts)
    {
        QEngineException error = Assert.Throws<QEngineException>(() => action())!;
        Assert.That(error.Message, Does.Not.Contain("\n").And.Not.Contain("\r"));
        Assert.That(error.Message, Does.Contain("expected ").And.Contain("found "));
        foreach (string part in parts) Assert.That(error.Message, Does.Contain(part));
    }

    public void Dispose() => _parent.Dispose();
}
