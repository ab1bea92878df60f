using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Models;

/// <summary>Models saved in 16 bits.</summary>
public sealed class HalfPrecisionTests
{
    private static readonly SaveOptions Small = new() { HalfPrecision = true };

    [TestCaseSource(typeof(SmallModel), nameof(SmallModel.Heads))]
    public void Every_weight_is_the_nearest_of_sixteen_bits_and_saving_again_changes_nothing(HeadConfiguration head)
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder saved = SmallModel.Create(head);

        ModelFolder.Save(saved, folder.Path("model"), Small);
        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"));
        ModelFolder.Save(loaded, folder.Path("again"), Small);

        // As many as the model has: the buffer may be longer.
        int count = saved.Model.Parameters.Count;
        Assert.That(loaded.Model.Parameters.Values.Take(count), Is.EqualTo(saved.Model.Parameters.Values.Take(count).Select(value => (float)(Half)value)));
        foreach (string path in Directory.GetFiles(folder.Path("model"), "*", SearchOption.AllDirectories))
        {
            string other = Path.Combine(folder.Path("again"), Path.GetRelativePath(folder.Path("model"), path));
            Assert.That(File.ReadAllBytes(other), Is.EqualTo(File.ReadAllBytes(path)), path);
            if (!path.EndsWith(".safetensors", StringComparison.Ordinal)) continue;
            using SafetensorsFile file = SafetensorsFile.Open(path);
            Assert.That(file.Tensors.All(tensor => tensor.Dtype == SafetensorsDtype.F16), path);
        }
    }

    [TestCase("encoder.layer.1.output.dense.weight", 65520f)]
    [TestCase("2_Dense.linear.bias", -1e6f)]
    public void A_weight_too_large_for_it_is_one_line_and_leaves_the_old_model(string name, float value)
    {
        using ModelFiles files = new(SmallModel.Heads[1]);
        SentenceEmbedder embedder = SmallModel.Create(SmallModel.Heads[1]);
        Assert.That(embedder.Model.Parameters.TryGet(name, out Parameter<float>? parameter));
        parameter!.Values.Span[3] = value;

        ModelFiles.Refused(() => ModelFolder.Save(embedder, files.Folder, Small), "F16", "element 3", parameter.TensorName, "model.safetensors");

        Assert.That(ModelFolder.Load(files.Folder).Embed("hello"), Is.EqualTo(SmallModel.Create(SmallModel.Heads[1]).Embed("hello")));
        Assert.That(Directory.GetFileSystemEntries(Path.GetDirectoryName(files.Folder)!), Has.Length.EqualTo(1));
        Assert.That(() => ModelFolder.Save(embedder, files.Folder), Throws.Nothing);
    }
}
