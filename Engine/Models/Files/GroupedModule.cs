using System.Globalization;
using System.Text;
using System.Text.Json;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>
/// A classical head of few weights: tanh(W u + b) where W is zero between groups, into which the inputs are dealt as the quantum head's
/// cascade deals them to its columns.
/// </summary>
/// <param name="InputDimension">d.</param>
/// <param name="OutputDimension">k, 1 to d.</param>
/// <param name="Groups">
/// G, a divisor of k: with k groups an output is the sum of its own inputs, a weight each; with one it is that of all inputs. There are
/// d k / G weights and k biases.
/// </param>
public sealed record GroupedModule(int InputDimension, int OutputDimension, int Groups) : HeadModule(InputDimension, OutputDimension)
{
    internal const string ConfigurationType = "grouped_linear";

    internal static HeadModuleKind FileKind { get; } = new(
        "GroupedLinear", ["qengine.GroupedLinear"], true, (folder, _) =>
            JsonFile.Read(Path.Combine(folder, HeadModuleKind.ConfigurationName), Parse));

    /// <inheritdoc/>
    public override string Description => $"tanh of weighted sums in {Groups} groups, {InputDimension} to {OutputDimension}";

    internal override HeadModuleKind Kind => FileKind;

    internal override long Weights => ((long)InputDimension * Plan.OutputsPerGroup) + OutputDimension;

    private InputGroups Plan => new(InputDimension, OutputDimension, Groups);

    internal override void Validate() => _ = Plan;

    internal static GroupedModule Parse(JsonCursor root)
    {
        string type = root.Required("type").Text();
        if (type != ConfigurationType)
            throw new QEngineException(
                $"expected type \"{ConfigurationType}\" for a {FileKind.Name} module, found {Printable.Quote(type)} in {root.Path}");
        int inputs = HeadModuleKind.Dimension(root, "in_features");
        int outputs = HeadModuleKind.Dimension(root, "out_features", inputs), groups = HeadModuleKind.Dimension(root, "groups", outputs);
        return outputs % groups == 0
            ? new GroupedModule(inputs, outputs, groups)
            : throw new QEngineException($"expected groups that divide out_features {outputs}, found {groups} in {root.Path}");
    }

    internal override IHead<T> Create<T>(ParameterStore<T> store) => new GroupedHead<T>(store, Plan);

    internal override void RequireWeights(SafetensorsSet file) =>
        file.RequireShape("grouped.weight", Plan.OutputsPerGroup, InputDimension);

    internal override void WriteConfiguration(Utf8JsonWriter json)
    {
        json.WriteString("type"u8, ConfigurationType);
        json.WriteNumber("in_features"u8, InputDimension);
        json.WriteNumber("out_features"u8, OutputDimension);
        json.WriteNumber("groups"u8, Groups);
    }

    internal override void WriteCard(StringBuilder card, string folder) => card.Append(
        CultureInfo.InvariantCulture,
        $"""
        How to compute `{folder}` from its files: `config.json` gives d = {InputDimension} (`in_features`), k = {OutputDimension}
        (`out_features`) and G = {Groups} (`groups`); `model.safetensors` holds `grouped.weight` W [k / G, d] and `grouped.bias` b [k].

        ```
        column     c(i) = i mod k; of the last (d - k) mod k inputs, c(i) = k - d + i
        output     y[j] = tanh(b[j] + sum over the inputs i with c(i) mod G = j mod G of W[j div G, i] u[i])
        ```


        """);
}
