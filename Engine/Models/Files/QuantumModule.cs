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
/// <param name="Angles">Which angles of a pair are parameters.</param>
public sealed record QuantumModule(
    int InputDimension, int OutputDimension, CompressionGate Gate = CompressionGate.ControlledU, EncodingScale Scale = EncodingScale.None,
    PairAngles Angles = PairAngles.All)
    : HeadModule(InputDimension, OutputDimension)
{
    private const string ConfigurationType = "quantum_compression", AnglesName = "angles", EffectiveAngles = "effective",
        ResidualName = "residual_readout";

    internal static HeadModuleKind FileKind { get; } = new(
        "QuantumCompression", ["qengine.QuantumCompression"], true, (folder, _) =>
            JsonFile.Read(Path.Combine(folder, HeadModuleKind.ConfigurationName), Parse))
    {
        IsLast = true,
    };

    /// <summary>Whether outputs are read with a residual (<see cref="ResidualQuantumHead{T}"/>); for experiments.</summary>
    internal bool HasResidualReadout { get; init; }

    /// <inheritdoc/>
    public override string Description => InputDimension == OutputDimension
        ? $"{Encoding} in {InputDimension} qubits"
        : $"{Encoding}, then compression from {InputDimension} to {OutputDimension} qubits by "
            + $"{(Gate == CompressionGate.Cnot ? "CNOT" : "controlled unitaries")}"
            + (Angles == PairAngles.Effective ? " of effective angles" : "") + (HasResidualReadout ? ", read with a residual" : "");

    internal override Similarity Similarity => Similarity.Fidelity;

    internal override EncodingScale? AngleScale => Scale;

    internal override HeadModuleKind Kind => FileKind;

    internal override long Weights =>
        Cascade.Parameters + EncodingScaleText.Count(Scale, InputDimension) + (HasResidualReadout ? OutputDimension : 0);

    private Cascade Cascade => new(InputDimension, OutputDimension, Gate, Angles);

    private string Encoding => $"angle encoding{EncodingScaleText.Description(Scale)}";

    internal override void Validate()
    {
        Require.Named(Scale);
        if (Cascade.Pairs == 0 && HasResidualReadout)
            throw new QEngineException(
                $"expected an output dimension below the input's {InputDimension} for a residual readout, found {OutputDimension}");
    }

    internal static QuantumModule Parse(JsonCursor root)
    {
        string? type = root.Optional("type")?.Text();
        if (type != ConfigurationType)
            throw new QEngineException(
                $"expected type \"{ConfigurationType}\" for a {FileKind.Name} module, "
                + $"found {(type is null ? "none" : Printable.Quote(type))} in {root.Path}");
        int inputs = HeadModuleKind.Dimension(root, "in_features");
        int outputs = HeadModuleKind.Dimension(root, "out_features", inputs);
        return new QuantumModule(inputs, outputs, ReadGate(root), EncodingScaleText.Read(root), ReadAngles(root))
        {
            HasResidualReadout = root.Flag(ResidualName, absent: false),
        };
    }

    internal override IHead<T> Create<T>(ParameterStore<T> store) => HasResidualReadout
        ? new ResidualQuantumHead<T>(store, Cascade, Scale)
        : new QuantumHead<T>(store, Cascade, Scale);

    internal override void RequireWeights(SafetensorsSet file)
    {
        Cascade cascade = Cascade;
        for (int step = 0; step < cascade.Widths.Length; step++)
            file.RequireShape($"steps.{step}.control", cascade.AnglesPerUnitary, cascade.Widths[step]);
    }

    internal override void WriteConfiguration(Utf8JsonWriter json)
    {
        json.WriteString("type"u8, ConfigurationType);
        json.WriteNumber("in_features"u8, InputDimension);
        json.WriteNumber("out_features"u8, OutputDimension);
        json.WriteString("gate"u8, GateName(Gate));
        EncodingScaleText.Write(json, Scale);
        // As folders were before there was a choice where all are there.
        if (Angles == PairAngles.Effective) json.WriteString(AnglesName, EffectiveAngles);
        if (HasResidualReadout) json.WriteBoolean(ResidualName, true);
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

    private static PairAngles ReadAngles(JsonCursor root) => root.Optional(AnglesName)?.Text() switch
    {
        null => PairAngles.All,
        EffectiveAngles => PairAngles.Effective,
        string found => throw new QEngineException(
            $"expected {AnglesName} {EffectiveAngles}, or none, found {Printable.Quote(found)} in {root.Path}"),
    };

    private static string GateName(CompressionGate gate) => gate == CompressionGate.Cnot ? "cnot" : "controlled_u";
}
