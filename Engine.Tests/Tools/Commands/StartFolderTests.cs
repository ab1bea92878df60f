using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;

namespace QEngine.Tests.Tools.Commands;

/// <summary>What a training run takes over from the model folder it starts from.</summary>
public sealed class StartFolderTests : CommandFixture
{
    private const string Rows = "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n";

    [Test]
    public void Pooling_prompts_and_the_same_head_are_taken_over([Values] bool sameHead)
    {
        SaveStart(PoolingMode.Cls);

        Train("--dim", sameHead ? "6" : "5", "--lr", "1e-12");

        SentenceEmbedder start = ModelFolder.Load(In("start")), trained = ModelFolder.Load(In("model"));
        Assert.That(trained.Model.Pooling, Is.EqualTo(PoolingMode.Cls));
        Assert.That(trained.Prompts.Texts, Is.EqualTo(start.Prompts.Texts));
        Assert.That(trained.Prompts.DefaultName, Is.EqualTo("other"));
        // A rate of nearly nothing: the encoder is the folder's, and so is the head if it is of the same kind.
        Parameter<float>[] before = [.. start.Model.Parameters.Parameters], after = [.. trained.Model.Parameters.Parameters];
        for (int i = 0; i < start.Model.EncoderParameters; i++)
            Assert.That(after[i].Values.ToArray(), Is.EqualTo(before[i].Values.ToArray()).Within(1e-7f), before[i].Name);
        if (sameHead) Assert.That(trained.Embed("red cars"), Is.EqualTo(start.Embed("red cars")).Within(1e-5));
        else Assert.That(trained.Dimension, Is.EqualTo(5));
    }

    [Test]
    public void Without_a_seed_it_is_42()
    {
        SaveStart(PoolingMode.Mean);

        byte[] without = Train("--dim", "5"), with = Train("--dim", "5", "--seed", "42"), other = Train("--dim", "5", "--seed", "0");

        Assert.That(without, Is.EqualTo(with));
        Assert.That(other, Is.Not.EqualTo(with));
    }

    private void SaveStart(PoolingMode pooling)
    {
        SentenceEmbedder quantum = ModelFolder.Load(Quantum);
        EmbeddingModel<float> model = new(quantum.Model.Encoder.Configuration, quantum.Model.Head, pooling);
        quantum.Model.Parameters.Values.CopyTo(model.Parameters.Values.AsSpan());
        Prompts prompts = new([new("query", "fast "), new("document", "red "), new("other", "old ")], "other");
        ModelFolder.Save(new SentenceEmbedder(model, quantum.Tokenizer, quantum.MaximumLength) { Prompts = prompts }, In("start"));
    }

    private byte[] Train(params string[] options)
    {
        string rows = Write("rows.tsv", Rows);
        string[] common = ["train", "--triples", rows, "--encoder", In("start"), "--negatives", "1", "--max-length", "8", "--out", In("model")];
        CommandLine.Run([.. common, .. options]).Succeeded();
        return File.ReadAllBytes(Path.Combine(In("model"), "model.safetensors"));
    }
}
