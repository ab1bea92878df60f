using QEngine.Layers;
using QEngine.Onnx;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>Which file of a model's folder has the encoder's weights, and what encoder it is.</summary>
internal static class WeightFolder
{
    /// <summary>The folder of the ONNX files inside a published one.</summary>
    public const string Inner = "onnx";

    private const string OnnxName = "model.onnx", OnnxEnding = "*.onnx";

    /// <summary>
    /// The encoder of a folder: that of config.json, which an ONNX file has to agree with, or that of the ONNX file alone.
    /// </summary>
    /// <param name="folder">The encoder's folder, for config.json.</param>
    /// <param name="graph">The ONNX file with its weights, or null.</param>
    /// <param name="heads">The number of attention heads where nothing else tells; null for none.</param>
    /// <exception cref="QEngineException">The configuration is missing where it is needed, malformed, not supported, or not the
    /// graph's.</exception>
    public static BertConfiguration Configuration(string folder, OnnxWeights? graph, int? heads)
    {
        string path = Path.Combine(folder, EncoderConfigurationFile.FileName);
        if (graph is not null && !File.Exists(path)) return graph.Configuration(heads);
        BertConfiguration configuration = EncoderConfigurationFile.Read(path);
        graph?.RequireSame(configuration);
        if (heads is not null && heads != configuration.Heads)
            throw new QEngineException(
                $"expected {configuration.Heads} attention heads as config.json says, found {heads} asked for: {FileErrors.Name(path)}");
        return configuration;
    }

    /// <summary>The ONNX file of a folder that has no safetensors; null where there is none either.</summary>
    /// <param name="folder">The encoder's folder.</param>
    /// <exception cref="QEngineException">There are several, and none is the one that published folders have.</exception>
    public static string? FindOnnx(string folder)
    {
        if (File.Exists(Path.Combine(folder, SafetensorsSet.FileName)) || File.Exists(Path.Combine(folder, SafetensorsSet.IndexName)))
            return null;
        foreach (string inside in (ReadOnlySpan<string>)[Path.Combine(folder, Inner), folder])
        {
            string path = Path.Combine(inside, OnnxName);
            if (File.Exists(path)) return path;
        }
        foreach (string inside in (ReadOnlySpan<string>)[Path.Combine(folder, Inner), folder])
        {
            if (!Directory.Exists(inside)) continue;
            string[] others = Directory.GetFiles(inside, OnnxEnding);
            if (others.Length == 1) return others[0];
            if (others.Length > 1)
                throw new QEngineException(
                    $"expected {OnnxName} or one ONNX file, found {others.Length}, "
                    + $"for instance {Printable.Quote(Path.GetFileName(others[0]))}, in {FileErrors.Name(inside)}");
        }
        return null;
    }
}
