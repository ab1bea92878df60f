using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Support;
using QEngine.Tests.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Commands;

/// <summary>The unit of the vectors, and the scale before the encoding of a quantum head.</summary>
public sealed class TrainHeadScaleTests : TrainHeadFixture
{
    /// <summary>A unit that is a power of two is taken up by the weights without a digit lost.</summary>
    [TestCase(1024f)]
    [TestCase(1f / 1024)]
    [TestCase(1.2379400392853803E27f)]
    [TestCase(8.077935669463161E-28f)]
    public void The_unit_of_the_vectors_does_not_matter_to_a_linear_head(float unit)
    {
        float[] vectors = ToyVectors.Of(ToyVectors.Meanings(200, 1), 2);
        Vectors("x.npy", vectors);
        TrainHead("head", "--head", "linear", "--dim", "4", "--steps", "20");
        TrainHead("more", "--head", "linear", "--dim", "4", "--steps", "5", "--initial", Path.Combine(In("head"), "model.safetensors"));
        Vectors("x.npy", [.. vectors.Select(value => value * unit)]);
        TrainHead("scaled", "--head", "linear", "--dim", "4", "--steps", "20");
        TrainHead("scaledMore", "--head", "linear", "--dim", "4", "--steps", "5", "--initial", Path.Combine(In("scaled"), "model.safetensors"));

        foreach ((string head, string scaled) in new[] { ("head", "scaled"), ("more", "scaledMore") })
        {
            float[] weights = Tensor(head, "linear.weight"), others = Tensor(scaled, "linear.weight");
            Assert.That(others.Select(weight => weight * unit), Is.EqualTo(weights));
            Assert.That(Tensor(scaled, "linear.bias"), Is.EqualTo(Tensor(head, "linear.bias")));
        }
    }

    [Test]
    public void Vectors_of_length_1_make_the_same_bits_with_and_without_a_scale()
    {
        float[] vectors = [.. ToyVectors.Of(ToyVectors.Meanings(200, 1), 2).Chunk(ToyVectors.Columns).SelectMany(Unit)];
        Vectors("x.npy", vectors);

        JsonElement standardized = TrainHead("head", "--head", "quantum", "--dim", "4", "--steps", "5");
        TrainHead("fixed", "--head", "quantum", "--dim", "4", "--steps", "5", "--encoding-scale", "fixed:1");

        Assert.That(Weights("head"), Is.EqualTo(Weights("fixed")));
        Assert.That(standardized.GetProperty("encoding_scale").GetDouble(), Is.EqualTo(1));
        Assert.That(HeadFolder.Load(In("head")).Configuration, Is.EqualTo(HeadConfiguration.Quantum(ToyVectors.Columns, 4)));

        static float[] Unit(float[] vector) => [.. vector.Select(value => value / MathF.Sqrt(vector.Sum(v => v * v)))];
    }

    [TestCase(1024f)]
    [TestCase(1f / 1024)]
    public void The_unit_of_the_vectors_does_not_matter_to_a_quantum_head(float unit)
    {
        float[] vectors = ToyVectors.Of(ToyVectors.Meanings(200, 1), 2);
        Vectors("x.npy", vectors);
        JsonElement plain = TrainHead("head", "--head", "quantum", "--dim", "4", "--steps", "20");
        Vectors("x.npy", [.. vectors.Select(value => value * unit)]);
        JsonElement scaled = TrainHead("scaled", "--head", "quantum", "--dim", "4", "--steps", "20"), fixedScale = TrainHead("fixed", "--head", "quantum", "--dim", "4", "--steps", "20", "--encoding-scale", "fixed:1");

        Assert.That(scaled.GetProperty("encoding_scale").GetDouble(), Is.EqualTo(unit * plain.GetProperty("encoding_scale").GetDouble()).Within(1e-4).Percent);
        Assert.That(Loss(scaled, "first_loss"), Is.EqualTo(Loss(plain, "first_loss")).Within(0.01).Percent);
        Assert.That(Loss(scaled, "last_loss"), Is.EqualTo(Loss(plain, "last_loss")).Within(1).Percent);
        Assert.That(Loss(fixedScale, "first_loss"), Is.Not.EqualTo(Loss(plain, "first_loss")).Within(1).Percent);

        static double Loss(JsonElement json, string name) => json.GetProperty(name).GetDouble();
    }

    [TestCase("learned", 1)]
    [TestCase("per-input", ToyVectors.Columns)]
    [TestCase("fixed:4", 1)]
    public void A_scale_is_kept_with_the_head_and_learned_where_that_is_asked_for(string scale, int count)
    {
        float[] vectors = ToyVectors.Of(ToyVectors.Meanings(200, 1), 2);
        Vectors("x.npy", vectors);

        JsonElement json = TrainHead("head", "--head", "quantum", "--dim", "4", "--steps", "5", "--encoding-scale", scale);
        CommandLine.Run("compress", "--head", In("head"), "--embeddings", In("x.npy"), "--output", In("y.npy")).Succeeded();

        float[] scales = [.. Tensor("head", "encoding.log_scale").Select(MathF.Exp)];
        Assert.That(scales, Has.Length.EqualTo(count));
        Assert.That(json.GetProperty("encoding_scale").GetDouble(), Is.EqualTo(Math.Exp(scales.Average(value => Math.Log(value)))).Within(1e-3).Percent);
        if (scale == "fixed:4") Assert.That(scales[0], Is.EqualTo(4f).Within(1e-5f));
        else Assert.That(scales.Distinct().Count(value => Math.Abs(Math.Log2(value) - Math.Round(Math.Log2(value))) > 1e-4), Is.EqualTo(count), "moved from a power of two");
        Head head = HeadFolder.Load(In("head"));
        float[] expected = new float[200 * 4];
        head.Apply(vectors, expected, WorkerPool.Single);
        Assert.That(Read(In("y.npy"), 200, 4), Is.EqualTo(expected));
    }

    [Test]
    public void A_learned_scale_is_trained_on_from_where_it_was()
    {
        Vectors("x.npy", ToyVectors.Of(ToyVectors.Meanings(200, 1), 2));
        TrainHead("head", "--head", "quantum", "--dim", "4", "--steps", "20", "--encoding-scale", "learned");
        float before = Tensor("head", "encoding.log_scale")[0];

        TrainHead("more", "--head", "quantum", "--dim", "4", "--steps", "1", "--lr", "1e-6", "--encoding-scale", "learned", "--initial", Path.Combine(In("head"), "model.safetensors"));

        Assert.That(Tensor("more", "encoding.log_scale")[0], Is.EqualTo(before).Within(1e-5f));
    }

    [Test]
    public void Vectors_that_are_too_long_for_angles_are_pointed_out()
    {
        float[] vectors = ToyVectors.Of(ToyVectors.Meanings(100, 1), 2);
        Vectors("x.npy", [.. vectors.Select(value => value * 10)]);
        double length = 10 * Math.Sqrt(vectors.Sum(value => (double)value * value) / 100);

        string[] options = ["train-head", "--embeddings", In("x.npy"), "--head", "quantum", "--dim", "4", "--steps", "1", "--out", In("head")];

        string text = CommandLine.Run([.. options, "--encoding-scale", "fixed:1"]).Succeeded().Error, standardized = CommandLine.Run(options).Succeeded().Error;

        Assert.That(text, Does.Contain("times the scale of the encoding: a quantum head takes such numbers for angles badly"));
        Assert.That(standardized, Does.Not.Contain("scale of the encoding"));
        Assert.That(TrainHead("head", "--head", "quantum", "--dim", "4", "--steps", "1", "--dev-share", "0").GetProperty("vector_length").GetDouble(),
            Is.EqualTo(length).Within(1e-4).Percent);
    }
}
