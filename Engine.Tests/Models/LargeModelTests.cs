using System.Diagnostics;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Support;
using QEngine.Text;

namespace QEngine.Tests.Models;

/// <summary>A model of BERT-base's size: 110 million parameters, 438 MB.</summary>
[Category("Slow")]
[NonParallelizable]
public sealed class LargeModelTests
{
    private const double MostOfWeights = 1.3;

    [Test]
    public void It_loads_in_little_more_memory_than_its_weights([Values] bool halfPrecision)
    {
        using TemporaryFolder folder = new();
        (float first, float last, long weights) = Save(folder.Path("model"), halfPrecision);
        GC.Collect();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Stopwatch clock = Stopwatch.StartNew();

        SentenceEmbedder loaded = ModelFolder.Load(folder.Path("model"));

        TimeSpan time = clock.Elapsed;
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        TestContext.Out.WriteLine($"{(halfPrecision ? "F16" : "F32")}: {time.TotalSeconds:F2} s, {allocated / 1e6:F0} MB allocated for {weights / 1e6:F0} MB of weights");
        // Whatever is allocated in all bounds what is held at any time.
        Assert.That(allocated, Is.LessThan(MostOfWeights * weights));
        float[] values = loaded.Model.Parameters.Values;
        Assert.That((values[0], values[loaded.Model.Parameters.Count - 1]), Is.EqualTo((first, last)));
    }

    // The values need not be random, only different and exact in sixteen bits.
    private static (float First, float Last, long Bytes) Save(string folder, bool halfPrecision)
    {
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, 30522 - 5).Select(i => $"piece{i}")];
        EmbeddingModel<float> model = new(BertConfiguration.Preset("base", pieces.Length), HeadConfiguration.Quantum(768, 256));
        Span<float> values = model.Parameters.Values.AsSpan(0, model.Parameters.Count);
        for (int i = 0; i < values.Length; i++) values[i] = ((i % 2039) - 1019) / 1024f;
        ModelFolder.Save(new SentenceEmbedder(model, new BertTokenizer(Vocabulary.Create(pieces)), 256), folder, new SaveOptions { HalfPrecision = halfPrecision });
        return (values[0], values[^1], values.Length * (long)sizeof(float));
    }
}
