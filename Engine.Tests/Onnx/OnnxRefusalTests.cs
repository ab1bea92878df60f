using System.Text;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Models;
using QEngine.Tests.Support;

namespace QEngine.Tests.Onnx;

/// <summary>Graphs that are not run and must not be taken for encoders: each is refused with the first node that does not fit.</summary>
public sealed class OnnxRefusalTests
{
    private const string Supported = "BERT, MiniLM or DistilBERT";

    // What another operator makes of the hidden states, below further layers or above them.
    private static readonly (string Name, Func<OnnxFile, string, string> Change, string[] Parts)[] Cases =
    [
        ("fused attention",
            (file, x) =>
                file.Node("Attention", [x, Square(file), Vector(file)], OnnxFile.Attribute("num_heads", 4L), domain: "com.microsoft"),
                    ["com.microsoft.Attention"]),
        ("fused normalisation",
            (file, x) => file.Node("SkipLayerNormalization", [x, x, Vector(file), Vector(file)], domain: "com.microsoft"),
                ["com.microsoft.SkipLayerNormalization"]),
        ("fused embeddings", (file, x) => file.Node("EmbedLayerNormalization", ["input_ids", ""], domain: "com.microsoft"),
            ["com.microsoft.EmbedLayerNormalization"]),
        ("four bits", (file, x) => file.Node("MatMulNBits", [x], domain: "com.microsoft"), ["com.microsoft.MatMulNBits"]),
        ("a matrix after it", (file, x) => file.Node("MatMul", [x, Square(file)]), ["weights after them", "dense"]),
        ("a matrix after pooling", (file, x) => file.Node("MatMul", [file.Node("ReduceMean", [x], OnnxFile.List("axes", 1)), Square(file)]),
            ["weights after them", "dense"]),
        ("attention after it",
            (file, x) => file.Node("Softmax", [file.Node("MatMul", [x, file.Node("Transpose", [x], OnnxFile.List("perm", 0, 2, 1))])]),
                ["of type Transpose"]),
    ];

    private static IEnumerable<string> Names => Cases.Select(row => row.Name);

    [TestCaseSource(nameof(Names))]
    public void What_does_not_fit_is_named(string name)
    {
        (_, Func<OnnxFile, string, string> change, string[] parts) = Cases.Single(row => row.Name == name);
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx", change);

        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("model")), [.. parts, "model.onnx"]);
    }

    // The type of a node is its field 4: key 0x22, the length, the name. Another of the same length takes its place.
    [TestCase("Erf", "Cos")]
    [TestCase("Softmax", "Softmix")]
    [TestCase("ReduceMean", "ReduceMost")]
    [TestCase("Sqrt", "Relu")]
    [TestCase("MatMul", "MatAdd")]
    [TestCase("Pow", "Mod")]
    [TestCase("Sub", "Mod")]
    [TestCase("Slice", "Trilu")]
    public void An_operator_in_anothers_place_is_named(string old, string other)
    {
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        byte[] bytes = File.ReadAllBytes(folder.Path("model/model.onnx"));
        Assert.That(Rename(bytes, old, other), Is.GreaterThan(0));
        File.WriteAllBytes(folder.Path("model/model.onnx"), bytes);

        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("model")), Supported, $"of type {other}", "does not fit");
    }

    // A number in place of another: an exponent, a factor, an axis.
    [TestCase(2f, 3f, "Pow")]
    [TestCase(1.4142135f, 1.5f, "Erf")]
    [TestCase(0.5f, 0.6f, "MatMul")]
    [TestCase(2.4494898f, 3f, "Softmax")]
    public void A_number_in_anothers_place_is_named(float old, float other, string named)
    {
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        byte[] bytes = File.ReadAllBytes(folder.Path("model/model.onnx"));
        byte[] from = [0x4A, 4, .. BitConverter.GetBytes(old)];
        int count = 0;
        for (int at = 0; at <= bytes.Length - from.Length; at++)
        {
            if (!bytes.AsSpan(at).StartsWith(from)) continue;
            BitConverter.GetBytes(other).CopyTo(bytes, at + 2);
            count++;
        }
        Assert.That(count, Is.GreaterThan(0));
        File.WriteAllBytes(folder.Path("model/model.onnx"), bytes);

        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("model")), Supported, $"of type {named}", "does not fit");
    }

    [Test]
    public void A_mask_by_order_is_a_decoders()
    {
        using OnnxFolder folder = new(
            new ExportStyle { Name = "causal", Causal = true }, OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");

        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("model")), Supported, "of type LessOrEqual");
    }

    [Test]
    public void Matrices_of_several_layers_are_another_architectures()
    {
        using OnnxFolder folder = new(
            new ExportStyle { Name = "shared", SharedLayers = true }, OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");

        ModelFiles.Refused(
            () => ModelFolder.Load(folder.Path("model")), "a matrix of its own for encoder.layer.1.attention.self.query", "MatMul");
    }

    // What grows with every node: none of it may be kept.
    [TestCase("Concat")]
    [TestCase("Add")]
    public void Numbers_of_numbers_do_not_grow(string type)
    {
        OnnxFile file = new();
        string x = file.Integers(new long[60_000]);
        for (int i = 0; i < 500; i++)
            x = type == "Concat" ? file.Node(type, [x, x, x, x], OnnxFile.Attribute("axis", 0L)) : file.Node(type, [x, file.Integers(i)]);
        using TemporaryFolder folder = new();
        string path = file.Output(x).Save(folder.Path("model.onnx"));
        long before = GC.GetAllocatedBytesForCurrentThread();

        ModelFiles.Refused(() => OnnxModel.Load(path), "0 layers");

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20));
    }

    [Test]
    public void Positions_that_do_not_begin_at_0_are_another_encoders()
    {
        using OnnxFolder folder = new(
            new ExportStyle { Name = "offset", PositionOffset = 2 }, OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");

        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("model")), Supported, "of type Gather");
    }

    [Test]
    public void No_graph_and_no_encoder_are_refused()
    {
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        string path = folder.Path("model/model.onnx");

        File.WriteAllBytes(path, []);
        ModelFiles.Refused(() => OnnxModel.Load(path), "an ONNX model", "no graph");
        File.WriteAllText(path, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        ModelFiles.Refused(() => OnnxModel.Load(path), "model.onnx");
        new OnnxFile().Input("x").Output("x").Save(path);
        ModelFiles.Refused(() => OnnxModel.Load(path), "0 of them and 0 layers");
        OnnxFile small = new();
        small.Output(small.Node("Relu", ["x"])).Input("x").Save(path);
        ModelFiles.Refused(() => OnnxModel.Load(path), Supported, "Relu");
    }

    private static string Square(OnnxFile file) => file.Tensor("dense", [24, 24], new float[24 * 24]);

    private static string Vector(OnnxFile file) => file.Tensor(file.Fresh("vector"), [24], new float[24]);

    private static int Rename(byte[] bytes, string old, string other)
    {
        Assert.That(other, Has.Length.EqualTo(old.Length));
        byte[] from = [0x22, (byte)old.Length, .. Encoding.ASCII.GetBytes(old)];
        int count = 0;
        for (int at = 0; at <= bytes.Length - from.Length; at++)
        {
            if (!bytes.AsSpan(at).StartsWith(from)) continue;
            Encoding.ASCII.GetBytes(other).CopyTo(bytes, at + 2);
            count++;
        }
        return count;
    }
}
