using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Layers;
using QEngine.Tests.Models;
using QEngine.Tests.Support;
using QEngine.Tests.Text;
using QEngine.Text;

namespace QEngine.Tests.Onnx;

/// <summary>
/// Encoders as programs export them: what is read has the weights that were written, and a hub's folder of them just loads.
/// </summary>
public sealed class OnnxExportTests
{
    private static readonly string[] Texts = ["", "hello world", "Hello, unaffable café!", "a b c a b c a b c a b c"];

    [TestCaseSource(typeof(ExportStyle), nameof(ExportStyle.All))]
    public void Bert_is_read_as_it_was_written(object style) => RequireSame((ExportStyle)style, EncoderArchitecture.Bert);

    [TestCaseSource(typeof(ExportStyle), nameof(ExportStyle.All))]
    public void DistilBert_is_read_as_it_was_written(object style) => RequireSame((ExportStyle)style, EncoderArchitecture.DistilBert);

    [TestCaseSource(typeof(ExportStyle), nameof(ExportStyle.All))]
    public void A_hub_folder_with_onnx_alone_loads(object style)
    {
        using OnnxFolder folder = new((ExportStyle)style, OnnxFolder.Small(EncoderArchitecture.Bert), "model/onnx/model.onnx");
        SentenceEmbedder expected = folder.Expected();

        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"));

        Assert.That(loaded.Model.Encoder.Configuration, Is.EqualTo(expected.Model.Encoder.Configuration));
        foreach (string text in Texts) Assert.That(loaded.Embed(text), Is.EqualTo(expected.Embed(text)), text);
    }

    [TestCase(EncoderArchitecture.Bert)]
    [TestCase(EncoderArchitecture.DistilBert)]
    public void A_file_alone_loads_with_its_vocabulary(EncoderArchitecture architecture)
    {
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(architecture), "model/model.onnx");
        File.Delete(folder.Path("model/config.json"));
        File.Move(folder.Path("model/vocab.txt"), folder.Path("vocab.txt"));
        OnnxModelOptions options = new()
        {
            Vocabulary = folder.Path("vocab.txt"),
            Pooling = PoolingMode.Cls,
            Normalize = true,
            QueryPrompt = "hello ",
            MaximumLength = 12,
        };

        SentenceEmbedder loaded = OnnxModel.Load(folder.Path("model/model.onnx"), options);

        Assert.That(loaded.Model.Encoder.Configuration with { HiddenDropout = 0.25, AttentionDropout = 0.125, InitializerRange = 0.03 },
            Is.EqualTo(folder.Sizes));
        Assert.That((loaded.Model.Pooling, loaded.Prompts.Query, loaded.MaximumLength), Is.EqualTo((PoolingMode.Cls, "hello ", 12)));
        Assert.That(loaded.Embed("hello world").Sum(value => value * value), Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void What_the_folder_says_holds_where_no_option_says_otherwise()
    {
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/onnx/model.onnx");
        SentenceEmbedder whole = new(folder.Expected().Model, folder.Expected().Tokenizer, 9)
        {
            Prompts = new Prompts([new("query", "a "), new("document", "b ")]),
        };
        ModelFolder.Save(whole, folder.Path("saved"));
        Directory.Move(folder.Path("model/onnx"), folder.Path("saved/onnx"));
        File.Delete(folder.Path("saved/model.safetensors"));

        SentenceEmbedder loaded = OnnxModel.Load(folder.Path("saved/onnx/model.onnx"));
        SentenceEmbedder asked = OnnxModel.Load(
            folder.Path("saved/onnx/model.onnx"), new OnnxModelOptions { QueryPrompt = "c ", Pooling = PoolingMode.Cls, Normalize = true });

        Assert.That((loaded.MaximumLength, loaded.Prompts.Query, loaded.Prompts.Document, loaded.Model.Pooling),
            Is.EqualTo((9, "a ", "b ", PoolingMode.Mean)));
        Assert.That(loaded.Embed("hello"), Is.EqualTo(whole.Embed("hello")));
        Assert.That((asked.MaximumLength, asked.Prompts.Query, asked.Prompts.Document, asked.Model.Pooling),
            Is.EqualTo((9, "c ", "b ", PoolingMode.Cls)));
        Assert.That(asked.Model.Head.Modules, Has.Count.EqualTo(1));
    }

    [Test]
    public void Safetensors_go_before_onnx()
    {
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        ModelFolder.Save(folder.Expected(), folder.Path("saved"));
        File.WriteAllText(folder.Path("saved/model.onnx"), "nothing");

        Assert.That(ModelFolder.Load(folder.Path("saved")).Embed("hello"), Is.EqualTo(folder.Expected().Embed("hello")));
    }

    [Test]
    public void The_one_file_of_another_name_is_taken_and_of_several_none()
    {
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/onnx/model_quantized.onnx");
        float[] expected = folder.Expected().Embed("hello");

        Assert.That(ModelFolder.Load(folder.Path("model")).Embed("hello"), Is.EqualTo(expected));
        File.WriteAllText(folder.Path("model/onnx/model_other.onnx"), "nothing");
        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("model")), "model.onnx or one ONNX file", "found 2");
        File.Copy(folder.Path("model/onnx/model_quantized.onnx"), folder.Path("model/model.onnx"));
        Assert.That(ModelFolder.Load(folder.Path("model")).Embed("hello"), Is.EqualTo(expected));
    }

    [TestCase("\"hidden_size\": 24", "\"hidden_size\": 48", "hidden size of 48", "found 24")]
    [TestCase("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "number of layers of 3", "found 2")]
    [TestCase("\"num_attention_heads\": 4", "\"num_attention_heads\": 2", "attention heads of 2", "found 4")]
    [TestCase("\"intermediate_size\": 40", "\"intermediate_size\": 41", "intermediate size of 41", "found 40")]
    [TestCase("\"max_position_embeddings\": 30", "\"max_position_embeddings\": 31", "positions of 31", "found 30")]
    [TestCase("\"layer_norm_eps\": 1E-06", "\"layer_norm_eps\": 1E-05", "layer_norm_eps of 1E-05", "found 1E-06")]
    [TestCase("\"type_vocab_size\": 2", "\"type_vocab_size\": 1", "token types of 1", "found 2")]
    public void A_configuration_that_is_not_the_graphs_is_refused_by_name(string old, string replacement, params string[] parts)
    {
        using OnnxFolder folder = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        string configuration = File.ReadAllText(folder.Path("model/config.json"));
        Assert.That(configuration, Does.Contain(old));
        File.WriteAllText(folder.Path("model/config.json"), configuration.Replace(old, replacement, StringComparison.Ordinal));

        ModelFiles.Refused(() => ModelFolder.Load(folder.Path("model")), [.. parts, "model.onnx"]);
    }

    [Test]
    public void Heads_that_the_graph_does_not_tell_come_from_an_option_or_the_configuration()
    {
        ExportStyle style = new() { Name = "unknown", UnknownHeads = true, DotProductAttention = true };
        using OnnxFolder folder = new(style, OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        string path = folder.Path("model/model.onnx");
        float[] expected = folder.Expected().Embed("hello world");

        Assert.That(OnnxModel.Load(path).Embed("hello world"), Is.EqualTo(expected));
        ModelFiles.Refused(
            () => OnnxModel.Load(path, new OnnxModelOptions { Heads = 2 }), "4 attention heads as config.json says", "found 2");
        File.Delete(folder.Path("model/config.json"));
        ModelFiles.Refused(() => OnnxModel.Load(path), "number of attention heads");
        Assert.That(OnnxModel.Load(path, new OnnxModelOptions { Heads = 4 }).Embed("hello world"), Is.EqualTo(expected));
        ModelFiles.Refused(() => OnnxModel.Load(path, new OnnxModelOptions { Heads = 5 }), "divisible by num_attention_heads");
    }

    [Test]
    public void Heads_follow_from_the_factor_where_nothing_else_tells()
    {
        ExportStyle style = new() { Name = "unknown", UnknownHeads = true };
        using OnnxFolder folder = new(style, OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        File.Delete(folder.Path("model/config.json"));

        Assert.That(OnnxModel.Load(folder.Path("model/model.onnx")).Model.Encoder.Configuration.Heads, Is.EqualTo(4));
        ModelFiles.Refused(
            () => OnnxModel.Load(folder.Path("model/model.onnx"), new OnnxModelOptions { Heads = 2 }), "4 attention heads as the graph has",
                "found 2");
    }

    private static void RequireSame(ExportStyle style, EncoderArchitecture architecture)
    {
        using OnnxFolder folder = new(style, OnnxFolder.Small(architecture), "model/model.onnx");

        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"));

        Assert.That(loaded.Model.Encoder.Configuration, Is.EqualTo(folder.Sizes));
        foreach (Parameter<float> parameter in loaded.Model.Parameters.Parameters)
            Assert.That(parameter.Values.ToArray(), Is.EqualTo(folder.Stored[parameter.TensorName]), parameter.TensorName);
    }
}
