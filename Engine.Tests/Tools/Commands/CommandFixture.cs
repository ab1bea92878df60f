using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Small random models in a folder of the fixture's own, and a fresh folder for every test.</summary>
[NonParallelizable]
public abstract class CommandFixture
{
    private static readonly string[] Words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "red", "green", "blue", "car", "tree", "sky", "##s", "fast", "old"];

    private string _models = "";

    /// <summary>Folder of the running test, empty at its start.</summary>
    protected string Folder { get; private set; } = "";

    protected string Quantum => Path.Combine(_models, "quantum");

    protected string Linear => Path.Combine(_models, "linear");

    protected string Plain => Path.Combine(_models, "plain");

    [OneTimeSetUp]
    public void SaveModels()
    {
        _models = Directory.CreateTempSubdirectory("qengine-models-").FullName;
        Save(Quantum, HeadConfiguration.Quantum(16, 6));
        Save(Linear, HeadConfiguration.Linear(16, 6));
        Save(Plain, HeadConfiguration.None(16));
    }

    [OneTimeTearDown]
    public void DeleteModels() => Directory.Delete(_models, recursive: true);

    [SetUp]
    public void MakeFolder() => Folder = Directory.CreateTempSubdirectory("qengine-command-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Folder, recursive: true);

    protected string In(string name) => Path.Combine(Folder, name);

    protected string Write(string name, string text)
    {
        File.WriteAllText(In(name), text);
        return In(name);
    }

    /// <summary>Names in the test's folder, to see that nothing half-written is left.</summary>
    protected string[] Names() => [.. Directory.EnumerateFileSystemEntries(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The embeddings of texts by the library itself.</summary>
    protected static float[] Embed(string model, EmbeddingFormat format, params string[] texts)
    {
        SentenceEmbedder embedder = ModelFolder.Load(model);
        float[] embeddings = new float[texts.Length * format.Width(embedder.Model.Head)];
        embedder.Embed(texts, embeddings, new EmbedOptions { Format = format });
        return embeddings;
    }

    /// <summary>Reads an array and requires its shape.</summary>
    protected static float[] Read(string path, int rows, int columns)
    {
        NpyArray array = NpyFile.Read(path);
        Assert.That(array.Shape.ToArray(), Is.EqualTo(new[] { rows, columns }));
        return array.Data;
    }

    private static void Save(string folder, HeadConfiguration head)
    {
        BertConfiguration encoder = new() { VocabularySize = Words.Length, HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 32, MaximumPositions = 24, InitializerRange = 0.5 };
        EmbeddingModel<float> model = new(encoder, head);
        model.Parameters.Initialize(7);
        ModelFolder.Save(new SentenceEmbedder(model, new BertTokenizer(Vocabulary.Create(Words)), 24), folder);
    }
}
