using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Onnx;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>qengine import</c>.</summary>
public sealed class ImportCommandTests : CommandFixture
{
    [Test]
    public void A_file_becomes_a_model_folder_with_what_the_options_say()
    {
        using OnnxFolder source = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        File.Delete(source.Path("model/config.json"));
        File.Move(source.Path("model/vocab.txt"), source.Path("words.txt"));

        JsonElement result = CommandLine.Run(
            "import", source.Path("model/model.onnx"), "--vocab", source.Path("words.txt"), "--pooling", "cls", "--normalize",
                "--query-prompt", "hello ",
            "--max-length", "12", "--out", In("model"), "--json").Json();
        SentenceEmbedder loaded = ModelFolder.Load(In("model"));

        Assert.That(result.ToString(),
            Does.Contain("\"heads\": 4").And.Contain("\"pooling\": \"cls\"").And.Contain("\"max_length\": 12").And.Contain(
                "\"dimension\": 24"));
        Assert.That((loaded.Model.Pooling, loaded.Prompts.Query, loaded.MaximumLength), Is.EqualTo((PoolingMode.Cls, "hello ", 12)));
        Assert.That(loaded.Model.Parameters.Values, Is.EqualTo(source.Expected().Model.Parameters.Values));
        Assert.That(loaded.Embed("hello").Sum(value => value * value), Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void A_hub_folder_is_imported_with_what_it_says()
    {
        using OnnxFolder source = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.DistilBert), "model/onnx/model.onnx");

        CommandLine run = CommandLine.Run("import", source.Path("model/onnx/model.onnx"), "--out", In("model")).Succeeded();

        Assert.That(run.Output, Does.StartWith("distilbert, 2 layers x 24 hidden, 4 heads, mean pooling, 24 numbers: "));
        Assert.That(ModelFolder.Load(In("model")).Embed("hello"), Is.EqualTo(source.Expected().Embed("hello")));
    }

    [Test]
    public void The_graph_may_come_from_standard_input()
    {
        using OnnxFolder source = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.DistilBert), "model/onnx/model.onnx");
        byte[] graph = File.ReadAllBytes(source.Path("model/onnx/model.onnx"));

        CommandLine.Run(graph, "import", "-", "--vocab", source.Path("model/vocab.txt"), "--heads", "4", "--out", In("model")).Succeeded();

        Assert.That(ModelFolder.Load(In("model")).Embed("hello"), Is.EqualTo(source.Expected().Embed("hello")));
    }

    [Test]
    public void What_makes_no_sense_is_a_usage_error()
    {
        CommandLine.Run("import", In("m.onnx"), "--vocab", "a", "--tokenizer", "b", "--out", In("model")).Failed(
            2, "--vocab or --tokenizer");
        CommandLine.Run("import", In("m.onnx"), "--pooling", "max", "--out", In("model")).Failed(2, "--pooling mean or cls", "'max'");
        CommandLine.Run("import", In("m.onnx"), "--heads", "0", "--out", In("model")).Failed(2, "--heads of at least 1");
        CommandLine.Run("import", In("m.onnx"), "--max-length", "1", "--out", In("model")).Failed(2, "--max-length of at least 2");
        Assert.That(CommandLine.Run("import", In("m.onnx")).Code, Is.EqualTo(2));
        Assert.That(Names(), Is.Empty);
    }

    [Test]
    public void What_cannot_be_read_is_one_line_and_leaves_nothing()
    {
        using OnnxFolder fused = new(
            ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx",
                (file, x) => file.Node("BiasGelu", [x, x], domain: "com.microsoft"));
        Directory.CreateDirectory(In("mine"));
        Write("mine/notes.txt", "mine");

        CommandLine.Run("import", In("missing.onnx"), "--out", In("model")).Failed(1, "no such file", "missing.onnx");
        CommandLine.Run("import", fused.Path("model/model.onnx"), "--out", In("model")).Failed(1, "com.microsoft.BiasGelu", "not fused");
        CommandLine.Run("import", fused.Path("model/model.onnx"), "--out", In("mine")).Failed(1, "notes.txt");
        CommandLine.Run("import", fused.Path("model/model.onnx"), "--out", In("no/model")).Failed(1, "no such folder");
        Assert.That(Names(), Is.EqualTo(new[] { "mine" }));
    }
}
