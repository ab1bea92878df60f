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
/// <param name="Scale">What divides the numbers before they are encoded.</param>
public sealed record QuantumModule(
    int InputDimension, int OutputDimension, CompressionGate Gate = CompressionGate.ControlledU, EncodingScale Scale = EncodingScale.None)
    : HeadModule(InputDimension, OutputDimension)
{
    // Words of config.json; without a scale there is none, as before there were scales.
    private const string ScaleName = "encoding_scale", OneScale = "one", ScalePerInput = "per_input";

    private const string ConfigurationType = "quantum_compression";

    internal static HeadModuleKind FileKind { get; } = new(
        "QuantumCompression", ["qengine.QuantumCompression"], true, (folder, _) =>
            JsonFile.Read(Path.Combine(folder, HeadModuleKind.ConfigurationName), Parse));

    /// <inheritdoc/>
    public override string Description => InputDimension == OutputDimension
        ? $"{Encoding} in {InputDimension} qubits"
        : $"{Encoding}, then compression from {InputDimension} to {OutputDimension} qubits by "
            + $"{(Gate == CompressionGate.Cnot ? "CNOT" : "controlled unitaries")}";

    internal override HeadModuleKind Kind => FileKind;

    internal override long Weights => (12L * (InputDimension - OutputDimension)) + InputDimension;

    private Cascade Cascade => new(InputDimension, OutputDimension, Gate);

    private string Encoding => Scale switch
    {
        EncodingScale.One => "angle encoding with a scale",
        EncodingScale.PerInput => "angle encoding with a scale for each input",
        _ => "angle encoding",
    };

    internal override void Validate()
    {
        Require.Named(Scale);
        _ = Cascade;
    }

    internal static QuantumModule Parse(JsonCursor root)
    {
        string? type = root.Optional("type")?.Text();
        if (type != ConfigurationType)
            throw new QEngineException(
                $"expected type \"{ConfigurationType}\" for a {FileKind.Name} module, "
                + $"found {(type is null ? "none" : Printable.Quote(type))} in {root.Path}");
        int inputs = HeadModuleKind.Dimension(root, "in_features");
        return new QuantumModule(inputs, HeadModuleKind.Dimension(root, "out_features", inputs), ReadGate(root), ReadScale(root));
    }

    internal override IHead<T> Create<T>(ParameterStore<T> store) => new QuantumHead<T>(store, Cascade, Scale);

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
        if (Scale != EncodingScale.None) json.WriteString(ScaleName, Scale == EncodingScale.One ? OneScale : ScalePerInput);
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

    private static EncodingScale ReadScale(JsonCursor root) => root.Optional(ScaleName)?.Text() switch
    {
        null => EncodingScale.None,
        OneScale => EncodingScale.One,
        ScalePerInput => EncodingScale.PerInput,
        string found => throw new QEngineException(
            $"expected {ScaleName} {OneScale} or {ScalePerInput}, or none, found {Printable.Quote(found)} in {root.Path}"),
    };

    private static string GateName(CompressionGate gate) => gate == CompressionGate.Cnot ? "cnot" : "controlled_u";
}
