using System.Globalization;
using System.Text;
using System.Text.Json;
using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>The state of few qubits that d numbers make, by its amplitudes; the last module of its head.</summary>
/// <param name="InputDimension">d; with amplitude encoding at most 2^n.</param>
/// <param name="Qubits">n, 1 to <see cref="MaxQubits"/>; the output is 2 2^n numbers, real parts and then imaginary ones.</param>
/// <param name="Encoding">How the numbers become a state.</param>
/// <param name="Scale">What divides the numbers before they become angles; nothing for amplitudes.</param>
public sealed record EntangledModule(
    int InputDimension, int Qubits, StateEncoding Encoding = StateEncoding.Angle, EncodingScale Scale = EncodingScale.None)
    : HeadModule(InputDimension, Qubits is >= 1 and <= EntangledModule.MaxQubits ? 2 << Qubits : 0)
{
    /// <summary>The most qubits: 2048 numbers an embedding.</summary>
    public const int MaxQubits = 10;

    internal const string ConfigurationType = "entangled_state";

    private const string AngleName = "angle", AmplitudeName = "amplitude";

    internal static HeadModuleKind FileKind { get; } = new(
        "EntangledState", ["qengine.EntangledState"], true, (folder, _) =>
            JsonFile.Read(Path.Combine(folder, HeadModuleKind.ConfigurationName), Parse))
    {
        IsLast = true,
    };

    /// <inheritdoc/>
    public override string Description => Encoding == StateEncoding.Amplitude
        ? $"{InputDimension} numbers as amplitudes of {Qubits} qubits"
        : $"angle encoding{EncodingScaleText.Description(Scale)} of {InputDimension} numbers in {Qubits} qubits, {Qubits} at a time, "
            + "trained rotations and a ring of CNOTs between";

    internal override Similarity Similarity => Similarity.StateFidelity;

    internal override EncodingScale? AngleScale => Encoding == StateEncoding.Angle ? Scale : null;

    internal override HeadModuleKind Kind => FileKind;

    internal override long Weights =>
        Encoding == StateEncoding.Amplitude ? 0 : EntangledHead<float>.Angles(InputDimension, Qubits) + InputDimension;

    internal override void Validate()
    {
        Require.Named(Encoding);
        Require.Named(Scale);
        if (Qubits is < 1 or > MaxQubits) throw new QEngineException($"expected from 1 to {MaxQubits} qubits, found {Qubits}");
        if (Encoding != StateEncoding.Amplitude) return;
        if (InputDimension > 1 << Qubits)
            throw new QEngineException($"expected at most {1 << Qubits} numbers as amplitudes of {Qubits} qubits, found {InputDimension}");
        if (Scale != EncodingScale.None) throw new QEngineException("expected no scale of amplitudes, whose length is 1, found one");
    }

    internal static EntangledModule Parse(JsonCursor root)
    {
        string type = root.Required("type").Text();
        if (type != ConfigurationType)
            throw new QEngineException(
                $"expected type \"{ConfigurationType}\" for a {FileKind.Name} module, found {Printable.Quote(type)} in {root.Path}");
        int inputs = HeadModuleKind.Dimension(root, "in_features"), qubits = HeadModuleKind.Dimension(root, "qubits", MaxQubits);
        StateEncoding encoding = root.Required("encoding").Text() switch
        {
            AngleName => StateEncoding.Angle,
            AmplitudeName => StateEncoding.Amplitude,
            string found => throw new QEngineException(
                $"expected encoding {AngleName} or {AmplitudeName}, found {Printable.Quote(found)} in {root.Path}"),
        };
        EntangledModule module = new(inputs, qubits, encoding, EncodingScaleText.Read(root));
        int outputs = HeadModuleKind.Dimension(root, "out_features");
        return outputs == module.OutputDimension
            ? module
            : throw new QEngineException(
                $"expected out_features {module.OutputDimension} of {qubits} qubits, found {outputs} in {root.Path}");
    }

    internal override IHead<T> Create<T>(ParameterStore<T> store) => Encoding == StateEncoding.Amplitude
        ? new AmplitudeHead<T>(InputDimension, Qubits)
        : new EntangledHead<T>(store, InputDimension, Qubits, Scale);

    internal override void RequireWeights(SafetensorsSet file)
    {
        long angles = Encoding == StateEncoding.Amplitude ? 0 : EntangledHead<float>.Angles(InputDimension, Qubits);
        if (angles > 0) file.RequireShape(EntangledHead<float>.ThetaName, checked((int)angles));
    }

    internal override void WriteConfiguration(Utf8JsonWriter json)
    {
        json.WriteString("type"u8, ConfigurationType);
        json.WriteNumber("in_features"u8, InputDimension);
        json.WriteNumber("qubits"u8, Qubits);
        json.WriteNumber("out_features"u8, OutputDimension);
        json.WriteString("encoding"u8, Encoding == StateEncoding.Angle ? AngleName : AmplitudeName);
        EncodingScaleText.Write(json, Scale);
    }

    internal override void WriteCard(StringBuilder card, string folder)
    {
        card.Append(
            CultureInfo.InvariantCulture,
            $"How to compute `{folder}` from its files: `config.json` gives d = {InputDimension} (`in_features`) and "
            + $"n = {Qubits} (`qubits`)");
        if (Encoding == StateEncoding.Amplitude)
            card.Append(".\n\n```\nstate      amplitudes u / |u|, then zeros, 2^n in all; no imaginary parts\n");
        else
        {
            card.Append(
                "; `model.safetensors` holds `theta`, three angles of each qubit for each of the (d - 1) div n blocks between layers"
                + $"{ScaleOf()}. Qubit 0 is the most significant bit.\n\n```\n"
                + $"encode     t[i] = (pi/2)(1 + tanh({(Scale == EncodingScale.None ? "u[i]" : "u[i] / e^log_scale")}))\n");
            card.Append(
                """
                layer      inputs l n .. l n + n - 1, the next one on each qubit: RY(t[i]) on qubit i mod n
                block      before each layer but the first: for q = 0 .. n-1 RZ(a) RY(b) RZ(c), RZ(a) first, a, b, c the next three of
                           theta; then, if n > 1, CNOT(q, (q + 1) mod n) for q = 0 .. n-1
                state      of all qubits, from |0..0>, with R(t) = exp(-i t/2 P)

                """);
        }
        card.Append(
            """
            embedding  the real parts of the 2^n amplitudes, then the imaginary parts
            similarity F(v, w) = |sum over i of conj(v_i) w_i|^2;  rank by ln F
            ```


            """);
    }

    private string ScaleOf() => Scale switch
    {
        EncodingScale.One => $", and `{QuantumHead<float>.LogScaleName}` [1], the logarithm of what divides all inputs",
        EncodingScale.PerInput => $", and `{QuantumHead<float>.LogScaleName}` [d], the logarithm of what divides each input",
        _ => "",
    };
}
