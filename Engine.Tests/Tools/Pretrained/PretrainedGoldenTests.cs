using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Onnx;
using QEngine.Tests.Support;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Pretrained;

namespace QEngine.Tests.Tools.Pretrained;

/// <summary>Real models: the vectors are ONNX Runtime's, whichever way the weights come in.</summary>
[Category("Slow")]
[NonParallelizable]
public sealed class PretrainedGoldenTests
{
    private const float Tolerance = 2e-6f;
    private const double LeastCosine = 0.999, LeastOfOneScale = 0.98;

    private static readonly string[] Names = ["all-MiniLM-L6-v2", "snowflake-arctic-embed-xs"];

    // 16 bits, and 8 bits of every matrix and of the words. One scale for a whole matrix loses more, which is the file's doing.
    private static readonly ExportStyle[] Smaller =
    [
        new() { Name = "float16", Element = OnnxFile.F16 },
        new() { Name = "dynamic uint8", Matrices = MatrixForm.Dynamic, QuantizedWords = true },
        new() { Name = "dynamic uint8 per channel", Matrices = MatrixForm.Dynamic, PerChannel = true, QuantizedWords = true },
        new() { Name = "dynamic int8 per channel", Matrices = MatrixForm.Dynamic, Signed = true, PerChannel = true, QuantizedWords = true },
        new() { Name = "dequantised int8 per channel", Matrices = MatrixForm.Dequantized, Signed = true, PerChannel = true,
            QuantizedWords = true },
    ];

    [TestCaseSource(nameof(Names))]
    public void Import_gives_the_reference_vectors(string name)
    {
        using PackagedModels model = new(name);
        using TemporaryFolder folder = new();
        PretrainedModel row = model.Row;
        List<string> arguments = [
            "import", model.Weights, "--vocab", model.Vocabulary, "--pooling", row.Pooling.Name(), "--normalize", "--max-length",
                $"{row.MaximumLength}", "--out", folder.Path("model")];
        if (row.QueryPrompt is { } prompt) arguments.AddRange(["--query-prompt", prompt]);

        CommandLine.Run([.. arguments]).Succeeded();

        RequireReference(name, ModelFolder.Load(folder.Path("model")));
    }

    [TestCaseSource(nameof(Names))]
    public void Models_get_gives_the_reference_vectors(string name)
    {
        using PackagedModels model = new(name);
        using CacheFolder cache = new();

        CommandLine run = CommandLine.Run("models", "get", name).Succeeded();

        Assert.That(run.Output.TrimEnd('\n'), Is.EqualTo(Path.Combine(cache.Models, name)));
        SentenceEmbedder embedder = ModelFolder.Load(run.Output.TrimEnd('\n'));
        RequireReference(name, embedder);
        Assert.That((embedder.Prompts.Query, embedder.MaximumLength, embedder.Dimension),
            Is.EqualTo((model.Row.QueryPrompt ?? "", model.Row.MaximumLength, model.Row.Dimension)));
        Assert.That(new FileInfo(model.Weights).Length, Is.EqualTo(model.Row.Bytes));
    }

    [TestCaseSource(nameof(Smaller))]
    public void A_smaller_file_of_the_same_model_gives_nearly_its_vectors(object smaller)
    {
        ExportStyle style = (ExportStyle)smaller;
        using PackagedModels model = new(Names[0]);
        using TemporaryFolder folder = new();
        OnnxModelOptions options = model.Row.Options(model.Vocabulary);
        EmbeddingModel<float> exact = OnnxModel.Load(model.Weights, options).Model;
        BertConfiguration sizes = exact.Encoder.Configuration;
        EncoderExport.Of(style, [.. exact.Parameters.Parameters.Take(exact.EncoderParameters)], sizes).File.Save(folder.Path("model.onnx"));
        Assert.That(new FileInfo(folder.Path("model.onnx")).Length, Is.LessThan(0.55 * model.Row.Bytes));

        SentenceEmbedder embedder = OnnxModel.Load(folder.Path("model.onnx"), options);

        double cosine = Reference(Names[0]).Average(row => row.Vector.Zip(embedder.Embed(row.Text), (x, y) => (double)x * y).Sum());
        bool oneScale = style is { Matrices: not MatrixForm.Real, PerChannel: false };
        Assert.That(cosine, Is.InRange(oneScale ? LeastOfOneScale : LeastCosine, 1 + 1e-6));
    }

    [Test]
    public void Loading_takes_little_more_memory_than_the_file()
    {
        using PackagedModels model = new(Names[0]);
        OnnxModelOptions options = model.Row.Options(model.Vocabulary);
        OnnxModel.Load(model.Weights, options);
        long before = GC.GetAllocatedBytesForCurrentThread();

        OnnxModel.Load(model.Weights, options);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1.3 * model.Row.Bytes));
    }

    private static void RequireReference(string name, SentenceEmbedder embedder)
    {
        int count = 0;
        foreach ((string text, int[] ids, float[] vector) in Reference(name))
        {
            Assert.That(embedder.Tokenizer.Encode(text, embedder.MaximumLength), Is.EqualTo(ids), text);
            Assert.That(embedder.Embed(text), Is.EqualTo(vector).Within(Tolerance), text);
            count++;
        }
        Assert.That(count, Is.EqualTo(30));
    }

    private static IEnumerable<(string Text, int[] Ids, float[] Vector)> Reference(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Shared.Path($"golden/pretrained/{name}.json")));
        foreach (JsonElement row in document.RootElement.EnumerateArray())
        {
            yield return (
                row.GetProperty("text").GetString()!,
                [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())],
                [.. row.GetProperty("vector").EnumerateArray().Select(number => number.GetSingle())]);
        }
    }
}
