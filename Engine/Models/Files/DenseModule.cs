using System.Text.Json;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>sentence-transformers' Dense: f(W u + b).</summary>
/// <param name="InputDimension">Width of u.</param>
/// <param name="OutputDimension">Width of the result.</param>
/// <param name="Activation">f.</param>
/// <param name="Bias">Whether there is a b.</param>
public sealed record DenseModule(
    int InputDimension, int OutputDimension, DenseActivation Activation = DenseActivation.Tanh, bool Bias = true)
    : HeadModule(InputDimension, OutputDimension)
{
    private const string TanhName = "torch.nn.modules.activation.Tanh", IdentityName = "torch.nn.modules.linear.Identity";

    internal static HeadModuleKind FileKind { get; } = new(
        "Dense",
        ["sentence_transformers.models.Dense", "sentence_transformers.base.modules.dense.Dense", "sentence_transformers.base.modules.Dense",
            "sentence_transformers.sentence_transformer.modules.dense.Dense", "sentence_transformers.sentence_transformer.modules.Dense"],
        true,
        (folder, _) => JsonFile.Read(Path.Combine(folder, HeadModuleKind.ConfigurationName), Parse));

    /// <inheritdoc/>
    public override string Description =>
        $"{(Activation == DenseActivation.Tanh ? "tanh(W u" : "(W u")}{(Bias ? " + b)" : ")")}, {InputDimension} to {OutputDimension}";

    internal override HeadModuleKind Kind => FileKind;

    internal override long Weights => (InputDimension + 1L) * OutputDimension;

    internal static DenseModule Parse(JsonCursor root)
    {
        if (root.Optional("type")?.Text() is string type)
            throw new QEngineException(
                $"expected the configuration of a {FileKind.Name} module, found that of type {Printable.Quote(type)} in {root.Path}");
        NormalizeModule.RequirePooledVectors(root);
        root.RequireKnown(
            ["in_features", "out_features", "bias", "activation_function", "module_input_name", "module_output_name"], "type",
            "use_residual");
        root.RequireFlag("use_residual", false);
        int inputs = HeadModuleKind.Dimension(root, "in_features"), outputs = HeadModuleKind.Dimension(root, "out_features");
        return new DenseModule(inputs, outputs, ReadActivation(root), root.Flag("bias", true));
    }

    internal override IHead<T> Create<T>(ParameterStore<T> store) =>
        new DenseHead<T>(store, InputDimension, OutputDimension, Activation, Bias);

    internal override void RequireWeights(SafetensorsSet file) => file.RequireShape("linear.weight", OutputDimension, InputDimension);

    internal override void WriteConfiguration(Utf8JsonWriter json)
    {
        json.WriteNumber("in_features"u8, InputDimension);
        json.WriteNumber("out_features"u8, OutputDimension);
        json.WriteBoolean("bias"u8, Bias);
        json.WriteString("activation_function"u8, Activation == DenseActivation.Tanh ? TanhName : IdentityName);
    }

    // Every class of torch has a longer and a shorter name.
    private static DenseActivation ReadActivation(JsonCursor root) => root.Required("activation_function").Text() switch
    {
        TanhName or "torch.nn.Tanh" => DenseActivation.Tanh,
        IdentityName or "torch.nn.Identity" => DenseActivation.Identity,
        string other =>
            throw new QEngineException(
                $"expected activation_function {TanhName} or {IdentityName}, "
                + $"found {Printable.Quote(other)}, which is not supported, in {root.Path}"),
    };
}
