using QEngine.Layers;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>
/// A head of one module alone in a folder, as in a model folder's <c>2_Dense</c> or <c>2_QuantumCompression</c>: <c>config.json</c>
/// and <c>model.safetensors</c>.
/// </summary>
public static class HeadFolder
{
    /// <summary>Loads a head.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="QEngineException">A file is missing, malformed, or does not fit the other; a weight is not finite.</exception>
    public static Head Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return ReplacedFolder.Read(folder, () => Read(folder));
    }

    /// <summary>Reads a head's weights into parameters that exist already.</summary>
    /// <param name="path">A safetensors file with exactly the head's tensors.</param>
    /// <param name="parameters">The store, allocated.</param>
    /// <param name="first">
    /// The first of the head's parameters in the store: 0, or <see cref="EmbeddingModel{T}.EncoderParameters"/> of a whole model.
    /// </param>
    /// <exception cref="QEngineException">
    /// The file is missing or malformed, its tensors are not the head's, or a weight is not finite.
    /// </exception>
    public static void ReadParameters(string path, ParameterStore<float> parameters, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(parameters);
        using SafetensorsSet file = SafetensorsSet.Open(path);
        IReadOnlyList<Parameter<float>> wanted = parameters.Since(first);
        HeadFile.RequireTensors(file, wanted);
        ParameterReader.Read(file, "", wanted, float.MaxValue, WorkerPool.Single);
    }

    /// <summary>Saves a head of one module; the folder appears whole or not at all.</summary>
    /// <param name="head">The head.</param>
    /// <param name="folder">The folder; one that holds a head or nothing is replaced.</param>
    /// <exception cref="QEngineException">See the other overload.</exception>
    public static void Save(Head head, string folder)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(folder);
        Save(head.Configuration, head.Parameters, folder);
    }

    /// <summary>Saves a head of one module whose parameters are part of a store; the folder appears whole or not at all.</summary>
    /// <param name="head">What it is.</param>
    /// <param name="parameters">The store that holds its parameters.</param>
    /// <param name="folder">The folder; one that holds a head or nothing is replaced.</param>
    /// <param name="first">The first of the head's parameters in the store, see <see cref="ReadParameters"/>.</param>
    /// <exception cref="QEngineException">
    /// There is no head to save or a chain of several modules, the folder holds other files or cannot be written, or a weight is not
    /// finite.
    /// </exception>
    public static void Save(HeadConfiguration head, ParameterStore<float> parameters, string folder, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(folder);
        if (head.Modules is not [{ Kind.HasWeights: true }])
        {
            string found = head.Modules.Count == 0 ? "a model without one" : head.PaperName;
            throw new QEngineException(
                $"expected a head of one module with weights to save, "
                + $"found {found}, writing {FileErrors.Name(folder)}");
        }
        ModelFolder.RequireOwnReadme(folder);
        AtomicFolder.Write(
            folder, ModelFolder.Names.Contains,
            target => WriteModule(head.Modules[0], parameters.Since(first), target, halfPrecision: false));
    }

    /// <summary>Writes a module's files into a folder that exists.</summary>
    internal static void WriteModule(HeadModule module, IReadOnlyList<Parameter<float>> parameters, string folder, bool halfPrecision)
    {
        JsonFile.Write(Path.Combine(folder, HeadModuleKind.ConfigurationName), json =>
        {
            json.WriteStartObject();
            module.WriteConfiguration(json);
            json.WriteEndObject();
        });
        if (module.Kind.HasWeights) ParameterFile.Write(Path.Combine(folder, ParameterFile.FileName), parameters, halfPrecision);
    }

    private static Head Read(string folder)
    {
        // Dense, the module that another project writes, names no type.
        HeadModule module = JsonFile.Read<HeadModule>(
            Path.Combine(folder, HeadModuleKind.ConfigurationName), root =>
                root.Optional("type")?.Text() switch
                {
                    null => DenseModule.Parse(root),
                    GroupedModule.ConfigurationType => GroupedModule.Parse(root),
                    EntangledModule.ConfigurationType => EntangledModule.Parse(root),
                    _ => QuantumModule.Parse(root),
                });
        HeadConfiguration configuration = new(module.InputDimension, module);
        using SafetensorsSet file = HeadFile.Open(folder, module);
        Head head = Head.Create(configuration);
        ParameterReader.Read(file, "", head.Parameters.Parameters, float.MaxValue, WorkerPool.Single);
        return head;
    }
}
