using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>Which of four layers are trained; the embeddings never are.</summary>
public sealed class FineTuneLayersTests
{
    [TestCase("all", "0123")]
    [TestCase("none", "")]
    [TestCase("last:1", "3")]
    [TestCase("last:2", "23")]
    [TestCase("last:4", "0123")]
    [TestCase("last:9", "0123")]
    [TestCase("0", "0")]
    [TestCase("0,3", "03")]
    [TestCase("3,1", "13")]
    public void Layers_that_are_named_are_trained(string text, string trained)
    {
        BertEncoder<float> encoder = Encoder();

        FineTuneLayers.Parse(text).Apply(encoder);

        Assert.That(string.Concat(Enumerable.Range(0, 4).Where(layer => !encoder.Layers[layer].Frozen)), Is.EqualTo(trained));
        Assert.That(encoder.EmbeddingsFrozen);
    }

    [Test]
    public void A_later_choice_replaces_an_earlier_one()
    {
        BertEncoder<float> encoder = Encoder();
        FineTuneLayers.None.Apply(encoder);

        FineTuneLayers.Parse("last:1").Apply(encoder);

        Assert.That(encoder.Layers.Select(layer => layer.Frozen), Is.EqualTo(new[] { true, true, true, false }));
    }

    [TestCase("")]
    [TestCase("last:0")]
    [TestCase("last:")]
    [TestCase("last:-1")]
    [TestCase("-1")]
    [TestCase("1,1")]
    [TestCase("1,")]
    [TestCase("0, 3")]
    [TestCase("All")]
    public void Other_words_are_refused(string text) =>
        Assert.That(() => FineTuneLayers.Parse(text), Throws.TypeOf<QEngineException>().With.Message.Contains($"found '{text}'"));

    [Test]
    public void A_layer_that_there_is_not_is_refused() =>
        Assert.That(
            () => FineTuneLayers.Parse("0,4").Apply(Encoder()),
            Throws.TypeOf<QEngineException>().With.Message.Contains("from 0 to 3 to fine-tune, found 4"));

    private static BertEncoder<float> Encoder()
    {
        BertConfiguration sizes = new() { VocabularySize = 13, HiddenSize = 8, Layers = 4, Heads = 2, IntermediateSize = 12, MaximumPositions = 8 };
        return new EmbeddingModel<float>(sizes, HeadConfiguration.None(8)).Encoder;
    }
}
