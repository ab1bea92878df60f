using System.Text.Json;
using NUnit.Framework;
using QEngine.Quantum;

namespace QEngine.Tests.Quantum;

/// <summary>A reference file of the head: inputs, outputs and gradients of the literal circuit, in double precision.</summary>
internal sealed class GoldenHead
{
    private static readonly string[] Tensors = ["control", "target", "controlled"];

    private GoldenHead(JsonElement file)
    {
        Cascade = new Cascade(file.GetProperty("d").GetInt32(), file.GetProperty("k").GetInt32(), CompressionGate.ControlledU);
        GroupSize = 2 + file.GetProperty("negatives").GetInt32();
        ScoreScale = file.GetProperty("score_scale").GetDouble();
        Loss = file.GetProperty("loss").GetDouble();
        Embeddings = Flat(file.GetProperty("embeddings"));
        Raw = [.. Steps(file, "steps").SelectMany(tensor => tensor.Values)];
        Amplitudes = [.. file.GetProperty("amplitude0").EnumerateArray()
            .Zip(file.GetProperty("amplitude1_real").EnumerateArray(), (zero, one) => (double[])[.. Flat(zero), .. Flat(one)])
            .SelectMany(row => row)];
        Fidelities = Flat(file.GetProperty("fidelity"));
        EmbeddingGradient = Flat(file.GetProperty("grad_embeddings"));
        RawGradients = [.. Steps(file, "grad_steps")];
    }

    public static string[] Names => ["head_6to3", "head_8to8", "head_10to6", "head_12to4", "head_48to16"];

    public Cascade Cascade { get; }

    /// <summary>Query, positive and negatives.</summary>
    public int GroupSize { get; }

    public double ScoreScale { get; }

    public double Loss { get; }

    public double[] Embeddings { get; }

    public double[] Raw { get; }

    /// <summary>Of each row all cos(omega/2), then the real parts of all second amplitudes.</summary>
    public double[] Amplitudes { get; }

    public double[] Fidelities { get; }

    public double[] EmbeddingGradient { get; }

    /// <summary>Gradient of each raw tensor in order; zeros where the file has none.</summary>
    public (string Name, double[] Values)[] RawGradients { get; }

    public static GoldenHead Load(string name)
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", name + ".json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new GoldenHead(document.RootElement);
    }

    private IEnumerable<(string Name, double[] Values)> Steps(JsonElement file, string property)
    {
        int step = 0;
        foreach (JsonElement tensors in file.GetProperty(property).EnumerateArray())
        {
            foreach (string name in Tensors)
            {
                JsonElement tensor = tensors.GetProperty(name);
                yield return ($"{property}.{step}.{name}", tensor.ValueKind == JsonValueKind.Null ? new double[4 * Cascade.Widths[step]] : Flat(tensor));
            }
            step++;
        }
    }

    private static double[] Flat(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(Flat)],
        JsonValueKind.Null => [0],
        _ => [element.GetDouble()],
    };
}
