using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>
/// A head alone in a folder, as in a model folder's <c>2_Dense</c> or <c>2_QuantumCompression</c>: <c>config.json</c> and
/// <c>model.safetensors</c>.
/// </summary>
public static class HeadFolder
{
    /// <summary>Loads a head.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>What it is, its parameters with their values, and the layer that uses them.</returns>
    /// <exception cref="QEngineException">A file is missing, malformed, or does not fit the other; a weight is not finite.</exception>
    public static (HeadConfiguration Configuration, ParameterStore<float> Parameters, IHead<float> Head) Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        HeadConfiguration configuration = HeadConfigurationFile.Read(Path.Combine(folder, HeadConfigurationFile.FileName));
        using SafetensorsFile file = HeadFile.Open(Path.Combine(folder, ParameterFile.FileName), configuration);
        ParameterStore<float> parameters = new();
        IHead<float> head = configuration.Create(parameters);
        parameters.Allocate();
        ParameterFile.Read(file, "", parameters, 0, parameters.Parameters.Count);
        return (configuration, parameters, head);
    }

    /// <summary>Reads a head's weights into parameters that exist already.</summary>
    /// <param name="path">A safetensors file with exactly the head's tensors.</param>
    /// <param name="parameters">The store, allocated.</param>
    /// <param name="first">The first of the head's parameters in the store: 0, or <see cref="EmbeddingModel{T}.EncoderParameters"/> of a whole model.</param>
    /// <exception cref="QEngineException">The file is missing or malformed, its tensors are not the head's, or a weight is not finite.</exception>
    public static void ReadParameters(string path, ParameterStore<float> parameters, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(parameters);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        HeadFile.RequireTensors(file, parameters, first);
        ParameterFile.Read(file, "", parameters, first, parameters.Parameters.Count);
    }

    /// <summary>Saves a head; the folder appears whole or not at all.</summary>
    /// <param name="head">What it is.</param>
    /// <param name="parameters">The store that holds its parameters.</param>
    /// <param name="folder">The folder; one that holds a head or nothing is replaced.</param>
    /// <param name="first">The first of the head's parameters in the store, see <see cref="ReadParameters"/>.</param>
    /// <exception cref="QEngineException">There is no head to save, the folder holds other files or cannot be written, or a weight is not finite.</exception>
    public static void Save(HeadConfiguration head, ParameterStore<float> parameters, string folder, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(folder);
        if (head.Type == HeadType.None) throw new QEngineException($"expected a head to save, found a model without one, writing {FileErrors.Name(folder)}");
        AtomicFolder.Write(folder, ModelFolder.Names, target => WriteFiles(head, parameters, target, first));
    }

    /// <summary>Writes the two files into a folder that exists.</summary>
    internal static void WriteFiles(HeadConfiguration head, ParameterStore<float> parameters, string folder, int first)
    {
        HeadConfigurationFile.Write(Path.Combine(folder, HeadConfigurationFile.FileName), head);
        ParameterFile.Write(Path.Combine(folder, ParameterFile.FileName), parameters, first, parameters.Parameters.Count);
    }
}
