using QEngine.Storage;

namespace QEngine.Models;

/// <summary>
/// Adapters, LoRA's for instance, beside or instead of an encoder's weights: they change what it computes and are not applied.
/// </summary>
internal static class AdapterFiles
{
    // The reference applies an adapter where the first is there, and its weights are one of the others.
    private static readonly string[] Names = ["adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"];

    // What peft adds to the names of tensors of a model that carries one in its own weights.
    private static readonly string[] Marks = [".lora_A", ".lora_B", ".lora_embedding_", ".base_layer."];

    /// <summary>Requires a folder without one.</summary>
    public static void RequireNone(string folder)
    {
        foreach (string name in Names)
        {
            if (File.Exists(Path.Combine(folder, name)))
                throw new QEngineException(
                    $"expected weights without an adapter, merged into them for instance, "
                    + $"found {name}, which is not supported, in {FileErrors.Name(folder)}");
        }
    }

    /// <summary>Requires weights without one.</summary>
    public static void RequireNone(SafetensorsSet weights)
    {
        foreach (SafetensorsTensor tensor in weights.Tensors)
        {
            if (Array.Exists(Marks, mark => tensor.Name.Contains(mark, StringComparison.Ordinal)))
                throw new QEngineException(
                    $"expected weights without an adapter, merged into them for instance, "
                    + $"found the tensor {Printable.Quote(tensor.Name)}, which is not supported, in {weights.Name}");
        }
    }
}
