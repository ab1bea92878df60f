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

/// <summary>Trains heads over vectors by command and reads what was printed and written.</summary>
public abstract class TrainHeadFixture : CommandFixture
{
    private protected void Vectors(string name, float[] vectors) => NpyFile.Write(In(name), vectors, vectors.Length / ToyVectors.Columns, ToyVectors.Columns);

    private protected JsonElement TrainHead(string head, params string[] options) => CommandLine.Run(["train-head", "--embeddings", In("x.npy"), "--out", In(head), "--json", .. options]).Json();

    private protected static string?[] Names(JsonElement json) => [.. json.GetProperty("comparison").EnumerateArray().Select(row => row.GetProperty("name").GetString())];

    private protected static double Measure(JsonElement json, string name, string measure) =>
        json.GetProperty("comparison").EnumerateArray().Single(row => row.GetProperty("name").GetString() == name).GetProperty(measure).GetDouble();

    private protected static JsonElement Row(JsonElement json, string name) =>
        json.GetProperty("comparison").EnumerateArray().Single(row => row.GetProperty("name").GetString() == name);

    private protected float[] Tensor(string head, string tensor)
    {
        ParameterStore<float> parameters = HeadFolder.Load(In(head)).Parameters;
        return parameters.Parameters.Single(parameter => parameter.TensorName == tensor).Values.ToArray();
    }

    private protected byte[] Weights(string head) => File.ReadAllBytes(Path.Combine(In(head), "model.safetensors"));

    private protected static double[] Losses(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble())];
    }
}
