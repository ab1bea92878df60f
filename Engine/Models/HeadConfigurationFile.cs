using System.Text.Json;
using QEngine.Quantum;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary><c>config.json</c> of a head: sentence-transformers' Dense, or the quantum compression.</summary>
internal static class HeadConfigurationFile
{
    public const string FileName = "config.json";
    private const string QuantumType = "quantum_compression";
    private const string TanhActivation = "torch.nn.modules.activation.Tanh";
    private const int LargestDimension = 1_000_000;

    /// <summary>Reads a head's configuration; its dimensions are bounded, but not yet compared with any weights.</summary>
    public static HeadConfiguration Read(string path) => JsonFile.Read(path, Parse);

    public static void Write(string path, HeadConfiguration head) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        if (head.Type == HeadType.Quantum) json.WriteString("type"u8, QuantumType);
        json.WriteNumber("in_features"u8, head.InputDimension);
        json.WriteNumber("out_features"u8, head.OutputDimension);
        if (head.Type == HeadType.Quantum)
        {
            json.WriteString("gate"u8, Name(head.Gate));
        }
        else
        {
            json.WriteBoolean("bias"u8, true);
            json.WriteString("activation_function"u8, TanhActivation);
        }
        json.WriteEndObject();
    });

    private static HeadConfiguration Parse(JsonNode root)
    {
        int inputs = Dimension(root, "in_features", LargestDimension);
        int outputs = Dimension(root, "out_features", inputs);
        if (root.Optional("type") is not null)
        {
            root.RequireText("type", QuantumType);
            return new HeadConfiguration(HeadType.Quantum, inputs, outputs, Gate(root));
        }
        _ = root.Required("activation_function");
        root.RequireText("activation_function", TanhActivation);
        if (!root.Flag("bias", true)) throw new QEngineException($"expected bias true, found false, which is not supported, in {root.Path}");
        return new HeadConfiguration(HeadType.Linear, inputs, outputs);
    }

    private static int Dimension(JsonNode root, string name, int largest)
    {
        int found = root.Required(name).Integer(1);
        return found <= largest ? found : throw new QEngineException($"expected {name} from 1 to {largest}, found {found} in {root.Path}");
    }

    private static CompressionGate Gate(JsonNode root)
    {
        string found = root.Required("gate").Text();
        foreach (CompressionGate gate in (ReadOnlySpan<CompressionGate>)[CompressionGate.ControlledU, CompressionGate.Cnot])
        {
            if (Name(gate) == found) return gate;
        }
        throw new QEngineException($"expected gate {Name(CompressionGate.ControlledU)} or {Name(CompressionGate.Cnot)}, found {Printable.Quote(found)} in {root.Path}");
    }

    private static string Name(CompressionGate gate) => gate == CompressionGate.Cnot ? "cnot" : "controlled_u";
}
