using System.Text.Json;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Tests.Layers;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Published encoders with their weights in every number format and number of files, against an oracle on the stored numbers.</summary>
public sealed class StoredWeightsTests
{
    private const double Tolerance = 2e-5;
    private const int LongestSequence = 40;

    [Test]
    public void Every_format_and_number_of_files_gives_the_vectors_of_the_stored_numbers(
        [Values("golden/bert-tiny-random", "data/bert-tiny-sst2", "data/bert-tiny-emotion")] string name, [Values("F32", "F16", "BF16")] string dtype, [Values(1, 3)] int files)
    {
        string source = Shared.Path(name);
        using TemporaryFolder folder = new();
        foreach (string file in new[] { "config.json", "vocab.txt", "tokenizer_config.json" })
        {
            if (File.Exists(Path.Combine(source, file))) File.Copy(Path.Combine(source, file), folder.Path(file));
        }
        Dictionary<string, double[]> stored = WeightFiles.Read(Path.Combine(source, "model.safetensors")).Write(folder.Path(""), dtype, files);
        string prefix = stored.ContainsKey("bert.embeddings.word_embeddings.weight") ? "bert." : "";

        EmbeddingModel<float> model = ModelFolder.Load(folder.Path("")).Model;

        NaiveBert naive = new(model.Encoder.Configuration, tensor => stored[prefix + tensor]);
        double worst = 0;
        foreach (int[] ids in Sequences(source))
        {
            double[][] expected = naive.Forward(ids);
            worst = Math.Max(worst, Error(States(model, ids), [.. expected.SelectMany(token => token)]));
            worst = Math.Max(worst, Error(Pooled(model, ids), NaiveBert.Mean(expected)));
        }
        TestContext.Out.WriteLine($"{name} as {dtype} in {files}: largest error {worst:E2}");
        Assert.That(worst, Is.GreaterThan(0));
    }

    private static IEnumerable<int[]> Sequences(string folder)
    {
        string cases = Path.Combine(folder, "cases.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(File.Exists(cases) ? cases : Path.Combine(folder, "expected.json")));
        JsonElement list = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement : document.RootElement.GetProperty("cases");
        foreach (JsonElement golden in list.EnumerateArray())
        {
            JsonElement ids = golden.TryGetProperty("ids", out JsonElement shorter) ? shorter : golden.GetProperty("input_ids");
            if (ids.GetArrayLength() <= LongestSequence) yield return [.. ids.EnumerateArray().Select(id => id.GetInt32())];
        }
    }

    private static double Error(float[] found, double[] expected)
    {
        Assert.That(found, Has.Length.EqualTo(expected.Length));
        double worst = found.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        Assert.That(worst, Is.LessThan(Tolerance));
        return worst;
    }

    private static float[] States(EmbeddingModel<float> model, int[] ids) =>
        model.Encoder.Forward(new Tape<float>(WorkerPool.Single, recording: false), Pack(ids), DropoutSequence.None).Span.ToArray();

    private static float[] Pooled(EmbeddingModel<float> model, int[] ids) =>
        model.Pool(new Tape<float>(WorkerPool.Single, recording: false), Pack(ids), DropoutSequence.None).Span.ToArray();

    private static PackedSequences Pack(int[] ids)
    {
        PackedSequences batch = new();
        batch.Add(ids);
        return batch;
    }
}
