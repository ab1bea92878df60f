using System.Text.Json;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>sentence-transformers' Normalize: vectors scaled to length 1.</summary>
/// <param name="InputDimension">Width of a vector.</param>
public sealed record NormalizeModule(int InputDimension) : HeadModule(InputDimension, InputDimension)
{
    private const string Pooled = "sentence_embedding";

    internal static HeadModuleKind FileKind { get; } = new(
        "Normalize",
        [
            "sentence_transformers.models.Normalize",
            "sentence_transformers.base.modules.normalize.Normalize",
            "sentence_transformers.base.modules.Normalize",
            "sentence_transformers.sentence_transformer.modules.normalize.Normalize",
            "sentence_transformers.sentence_transformer.modules.Normalize",
        ],
        false,
        Read);

    /// <inheritdoc/>
    public override string Description => "scaled to length 1";

    internal override HeadModuleKind Kind => FileKind;

    internal override long Weights => 0;

    internal override IHead<T> Create<T>(ParameterStore<T> store) => new NormalizeHead<T>();

    internal override void RequireWeights(SafetensorsSet file)
    {
    }

    internal override void WriteConfiguration(Utf8JsonWriter json)
    {
    }

    /// <summary>Requires a module of a newer release to work on what pooling gives, as older ones always do.</summary>
    internal static void RequirePooledVectors(JsonCursor root)
    {
        root.RequireText("module_input_name", Pooled);
        root.RequireText("module_output_name", Pooled);
    }

    // Older releases write no configuration, so a copy from a hub may lack the folder.
    private static NormalizeModule Read(string folder, int inputs)
    {
        string path = Path.Combine(folder, HeadModuleKind.ConfigurationName);
        if (!File.Exists(path)) return new NormalizeModule(inputs);
        return JsonFile.Read(path, root =>
        {
            root.RequireKnown(["module_input_name", "module_output_name"]);
            RequirePooledVectors(root);
            return new NormalizeModule(inputs);
        });
    }
}
