using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;

namespace QEngine.Tests.Tools.Commands;

public sealed class PretrainCommandTests : CommandFixture
{
    private const string Texts = "fast old cars\nred sky\ngreen trees\nblue cars\nold red trees\nfast blue sky\n";

    [Test]
    public void A_new_encoder_learns_its_texts_and_training_starts_from_it()
    {
        string texts = Write("texts.txt", string.Concat(Enumerable.Repeat(Texts, 20))), rows = Write("rows.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n");

        JsonElement json = CommandLine.Run(
            "pretrain", "--texts", texts, "--encoder", "tiny", "--vocab-size", "60", "--steps", "60", "--tokens-per-step", "100", "--lr", "3e-3", "--dev-share", "0.1", "--max-length", "12", "--out", In("pretrained"), "--json").Json();
        CommandLine.Run("train", "--triples", rows, "--encoder", In("pretrained"), "--dim", "8", "--in-batch", "--max-length", "12", "--out", In("model")).Succeeded();

        Assert.That(json.GetProperty("held_out_loss").GetDouble(), Is.LessThan(0.8 * Math.Log(60)));
        // Each of 120 texts is held out with a probability of a tenth, so 12 are, four deviations of 3.3 more or less.
        int trained = json.GetProperty("texts").GetInt32();
        Assert.That(trained, Is.EqualTo(108).Within(13));
        Assert.That(File.ReadAllText(In("pretrained/README.md")), Does.Contain($"| number of texts | {trained} |"));
        Assert.That(ModelFolder.Load(In("pretrained")).Model.Head.PaperName, Is.EqualTo("BT"));
        Assert.That(ModelFolder.Load(In("model")).Dimension, Is.EqualTo(8));
        Assert.That(File.Exists(In("pretrained.checkpoint")), Is.False);
    }

    [Test]
    public void An_encoder_that_the_last_update_has_spoiled_is_not_saved()
    {
        CommandLine.Run("pretrain", "--texts", Write("texts.txt", Texts), "--encoder", Plain, "--steps", "1", "--lr", "1e30", "--max-length", "8", "--out", In("model"))
            .Failed(1, "expected a finite embedding of a text after the last step, found none: lower the learning rate");
        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    [Test]
    public void The_same_seed_writes_the_same_encoder()
    {
        string texts = Write("texts.txt", Texts);
        foreach (string name in (string[])["a", "b"])
            CommandLine.Run("pretrain", "--texts", texts, "--encoder", Plain, "--steps", "3", "--max-length", "8", "--out", In(name)).Succeeded();

        Assert.That(File.ReadAllBytes(Path.Combine(In("b"), "model.safetensors")), Is.EqualTo(File.ReadAllBytes(Path.Combine(In("a"), "model.safetensors"))));
    }

    [TestCase(2, "expected --steps of at least 1, found 0", "--steps", "0")]
    [TestCase(2, "expected --mask-share above 0 and below 1, found 1", "--steps", "1", "--mask-share", "1")]
    [TestCase(2, "expected --tokens-per-step from 1 to 1048576, found 0", "--steps", "1", "--tokens-per-step", "0")]
    [TestCase(2, "expected --lr above 0, found 0", "--steps", "1", "--lr", "0")]
    [TestCase(2, "expected --dev-share from 0 to below 1, found -1", "--steps", "1", "--dev-share", "-1")]
    [TestCase(2, "expected --max-length of at least 2, found 1", "--steps", "1", "--max-length", "1")]
    public void Wrong_usage_is_said_in_one_line(int code, string message, params string[] arguments)
    {
        CommandLine.Run(["pretrain", "--texts", Write("texts.txt", Texts), "--encoder", Plain, "--out", In("model"), .. arguments]).Failed(code, message);
        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    [Test]
    public void A_vocabulary_without_a_mask_is_refused()
    {
        string vocabulary = Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nred\n");

        CommandLine.Run("pretrain", "--texts", Write("texts.txt", Texts), "--encoder", "tiny", "--vocab", vocabulary, "--steps", "1", "--out", In("model")).Failed(1, "[MASK]");
    }
}
