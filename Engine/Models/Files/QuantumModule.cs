using System.Text;
using System.Text.Json;
using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>The quantum head: angle encoding of d numbers and the compression cascade to k qubits; the last module of its head.</summary>
/// <param name="InputDimension">d.</param>
/// <param name="OutputDimension">k, 1 to d.</param>
/// <param name="Gate">What joins a pair of qubits.</param>
public sealed record QuantumModule(int InputDimension, int OutputDimension, CompressionGate Gate = CompressionGate.ControlledU)
    : HeadModule(InputDimension, OutputDimension)
{
    private const string ConfigurationType = "quantum_compression";

    internal static HeadModuleKind FileKind { get; } = new(
        "QuantumCompression", ["qengine.QuantumCompression"], true, (folder, _) =>
            JsonFile.Read(Path.Combine(folder, HeadModuleKind.ConfigurationName), Parse));

    /// <inheritdoc/>
    public override string Description => InputDimension == OutputDimension
        ? $"angle encoding in {InputDimension} qubits"
        : $"angle encoding, then compression from {InputDimension} to {OutputDimension} qubits by "
            + $"{(Gate == CompressionGate.Cnot ? "CNOT" : "controlled unitaries")}";

    internal override HeadModuleKind Kind => FileKind;

    internal override long Weights => 12L * (InputDimension - OutputDimension);

    private Cascade Cascade => new(InputDimension, OutputDimension, Gate);

    internal override void Validate() => _ = Cascade;

    internal static QuantumModule Parse(JsonCursor root)
    {
        string? type = root.Optional("type")?.Text();
        if (type != ConfigurationType)
            throw new QEngineException(
                $"expected type \"{ConfigurationType}\" for a {FileKind.Name} module, "
                + $"found {(type is null ? "none" : Printable.Quote(type))} in {root.Path}");
        int inputs = HeadModuleKind.Dimension(root, "in_features");
        return new QuantumModule(inputs, HeadModuleKind.Dimension(root, "out_features", inputs), ReadGate(root));
    }

    internal override IHead<T> Create<T>(ParameterStore<T> store) => new QuantumHead<T>(store, Cascade);

    internal override void RequireWeights(SafetensorsSet file)
    {
        ReadOnlySpan<int> widths = Cascade.Widths;
        for (int step = 0; step < widths.Length; step++) file.RequireShape($"steps.{step}.control", 4, widths[step]);
    }

    internal override void WriteConfiguration(Utf8JsonWriter json)
    {
        json.WriteString("type"u8, ConfigurationType);
        json.WriteNumber("in_features"u8, InputDimension);
        json.WriteNumber("out_features"u8, OutputDimension);
        json.WriteString("gate"u8, GateName(Gate));
    }

    internal override void WriteCard(StringBuilder card, string folder) => QuantumCard.Write(card, folder, this);

    private static CompressionGate ReadGate(JsonCursor root)
    {
        string found = root.Required("gate").Text();
        foreach (CompressionGate gate in (ReadOnlySpan<CompressionGate>)[CompressionGate.ControlledU, CompressionGate.Cnot])
        {
            if (GateName(gate) == found) return gate;
        }
        throw new QEngineException(
            $"expected gate {GateName(CompressionGate.ControlledU)} or {GateName(CompressionGate.Cnot)}, "
            + $"found {Printable.Quote(found)} in {root.Path}");
    }

    private static string GateName(CompressionGate gate) => gate == CompressionGate.Cnot ? "cnot" : "controlled_u";
}
