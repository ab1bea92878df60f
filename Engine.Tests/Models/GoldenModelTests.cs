using System.Text.Json;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Encoders against vectors of reference implementations in double precision.</summary>
public sealed class GoldenModelTests
{
    private const double Tolerance = 2e-5;

    [Test]
    public void Random_encoder_embeds_texts_as_the_reference()
    {
        SentenceEmbedder loaded = ModelFolder.Load(Shared.Path("golden/bert-tiny-random"));
        SentenceEmbedder embedder = new(loaded.Model, loaded.Tokenizer, maximumLength: 256);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Shared.Path("golden/bert-tiny-random/expected.json")));

        double worst = 0;
        foreach (JsonElement golden in document.RootElement.EnumerateArray())
        {
            string text = golden.GetProperty("text").GetString()!;
            int[] ids = Array.ConvertAll(Numbers(golden.GetProperty("ids")), id => (int)id);
            Assert.That(embedder.Tokenizer.Encode(text, 256), Is.EqualTo(ids), text);
            float[] states = States(embedder.Model, ids);

            worst = Math.Max(worst, Error(embedder.Embed(text), golden.GetProperty("pooled"), text));
            worst = Math.Max(worst, Error(states.AsSpan(0, 32), golden.GetProperty("first_token"), text));
            worst = Math.Max(worst, Error(states.AsSpan(states.Length - 32), golden.GetProperty("last_token"), text));
        }

        TestContext.Out.WriteLine($"largest error {worst:E2}");
        Assert.That(worst, Is.GreaterThan(0));
    }

    [Test]
    public void A_batch_of_all_golden_texts_gives_the_bits_of_each_alone()
    {
        SentenceEmbedder embedder = ModelFolder.Load(Shared.Path("golden/bert-tiny-random"));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Shared.Path("golden/bert-tiny-random/expected.json")));
        List<string> texts = [];
        foreach (JsonElement golden in document.RootElement.EnumerateArray()) texts.Add(golden.GetProperty("text").GetString()!);
        float[] together = new float[texts.Count * embedder.Dimension];

        embedder.Embed(texts.ToArray(), together);

        for (int i = 0; i < texts.Count; i++)
            Assert.That(together.AsSpan(i * embedder.Dimension, embedder.Dimension).ToArray(), Is.EqualTo(embedder.Embed(texts[i])), texts[i]);
    }

    [TestCase("bert-tiny-sst2")]
    [TestCase("bert-tiny-emotion")]
    public void Trained_encoders_give_hidden_states_means_and_logits_of_the_reference(string name)
    {
        string folder = Shared.Path($"data/{name}");
        SentenceEmbedder embedder = ModelFolder.Load(folder);
        using SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json")));

        double worst = 0;
        int cases = 0;
        foreach (JsonElement golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            string label = $"{name}, case {cases++}";
            int[] ids = Array.ConvertAll(Numbers(golden.GetProperty("input_ids")), id => (int)id);
            float[] states = States(embedder.Model, ids);
            int token = 0;
            foreach (JsonElement state in golden.GetProperty("last_hidden_state").EnumerateArray())
                worst = Math.Max(worst, Error(states.AsSpan(token++ * 128, 128), state, $"{label}, token {token}"));
            Assert.That(token * 128, Is.EqualTo(states.Length));
            worst = Math.Max(worst, Error(Pooled(embedder.Model, ids), golden.GetProperty("mean_pooled"), label));

            float[] pooler = Array.ConvertAll(Dense(weights, "bert.pooler.dense", states.AsSpan(0, 128)), MathF.Tanh);
            worst = Math.Max(worst, Error(pooler, golden.GetProperty("pooler_output"), label));
            worst = Math.Max(worst, Error(Dense(weights, "classifier", pooler), golden.GetProperty("logits"), label));
        }

        TestContext.Out.WriteLine($"{name}: largest error {worst:E2} in {cases} cases");
        Assert.That(cases, Is.GreaterThan(0));
    }

    [Test]
    public void A_published_layout_is_accepted_up_to_its_missing_weights()
    {
        string folder = Shared.Path("data/minilm-layout");

        ModelFiles.Refused(() => ModelFolder.Load(folder), "no such file", "model.safetensors");
    }

    private static double Error(ReadOnlySpan<float> found, JsonElement golden, string label)
    {
        double[] expected = Numbers(golden);
        Assert.That(found.Length, Is.EqualTo(expected.Length), label);
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(found[i], Is.EqualTo(expected[i]).Within(Tolerance), $"{label}, element {i}");
            worst = Math.Max(worst, Math.Abs(found[i] - expected[i]));
        }
        return worst;
    }

    private static float[] Dense(SafetensorsFile file, string name, ReadOnlySpan<float> x)
    {
        float[] weight = new float[file[$"{name}.weight"].ElementCount], y = new float[file[$"{name}.bias"].ElementCount];
        file.Read($"{name}.weight", weight.AsSpan());
        file.Read($"{name}.bias", y.AsSpan());
        for (int o = 0; o < y.Length; o++)
        {
            for (int i = 0; i < x.Length; i++) y[o] += weight[(o * x.Length) + i] * x[i];
        }
        return y;
    }

    private static float[] States(EmbeddingModel<float> model, int[] ids)
    {
        PackedSequences batch = new();
        batch.Add(ids);
        return model.Encoder.Forward(new Tape<float>(WorkerPool.Single, recording: false), batch, DropoutSequence.None).Span.ToArray();
    }

    private static float[] Pooled(EmbeddingModel<float> model, int[] ids)
    {
        PackedSequences batch = new();
        batch.Add(ids);
        return model.Pool(new Tape<float>(WorkerPool.Single, recording: false), batch, DropoutSequence.None).Span.ToArray();
    }

    private static double[] Numbers(JsonElement array)
    {
        double[] numbers = new double[array.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = array[i].GetDouble();
        return numbers;
    }
}
