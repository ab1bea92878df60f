using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Support;

namespace QEngine.Tests.Models;

/// <summary>A model loaded while a training replaces it: always one or the other, never a part of each.</summary>
public sealed class ReplacedModelTests
{
    [Test]
    public void A_model_that_is_replaced_while_it_is_loaded_is_the_old_or_the_new()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("model");
        SentenceEmbedder[] models = [SmallModel.Create(SmallModel.Heads[1]), SmallModel.Create(SmallModel.Heads[1])];
        foreach (Parameter<float> parameter in models[1].Model.Parameters.Parameters) parameter.Values.Span.Reverse();
        float[][] expected = [.. models.Select(model => model.Embed("hello world"))];
        Assert.That(expected[0], Is.Not.EqualTo(expected[1]));
        ModelFolder.Save(models[0], path);
        int saved = 0, loaded = 0;
        using CancellationTokenSource end = new();
        Thread writer = new(() =>
        {
            for (; !end.IsCancellationRequested; saved++) ModelFolder.Save(models[(saved + 1) % 2], path);
        });
        writer.Start();
        try
        {
            long start = Environment.TickCount64;
            while ((saved < 30 || loaded < 30) && Environment.TickCount64 - start < 60_000)
            {
                Assert.That(ModelFolder.Load(path).Embed("hello world"), Is.EqualTo(expected[0]).Or.EqualTo(expected[1]));
                loaded++;
            }
        }
        finally
        {
            end.Cancel();
            writer.Join();
        }
        Assert.That(Math.Min(saved, loaded), Is.AtLeast(30));
    }
}
