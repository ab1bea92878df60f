using QEngine.Layers;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>An encoder's weights in a file or several, checked against its configuration before anything is allocated for them.</summary>
internal sealed class EncoderFile : IDisposable
{
    // Squares of sums of larger weights would not fit single precision; trained ones are below a hundred.
    private const float MaxWeight = 1L << 62;

    private readonly IWeights _file;
    private readonly string _prefix;

    private EncoderFile(IWeights file, string prefix) => (_file, _prefix) = (file, prefix);

    /// <summary>
    /// Requires every tensor of the encoder in its weights, named as in the architecture's model, or as in a model for a task, which holds
    /// that one under its name.
    /// </summary>
    /// <param name="file">The weights, which this disposes of.</param>
    /// <param name="configuration">The encoder.</param>
    /// <param name="hasInputScales">Whether its matrices in eight bits have scales of their inputs.</param>
    public static EncoderFile Open(IWeights file, BertConfiguration configuration, bool hasInputScales)
    {
        try
        {
            if (file is SafetensorsSet set) AdapterFiles.RequireNone(set);
            string first = $"{configuration.Names.Words}.weight", outer = $"{configuration.Names.Model}.";
            string prefix = !file.Contains(first) && file.Contains(outer + first) ? outer : "";
            RequireSize(file, prefix, configuration);
            ParameterStore<float> declared = new();
            _ = new BertEncoder<float>(declared, configuration);
            ParameterFile.RequireShapes(file, prefix, declared.Parameters);
            QuantizedFile.RequireShapes(file, prefix, declared.QuantizedParameters, hasInputScales);
            return new EncoderFile(file, prefix);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the encoder's weights.</summary>
    /// <param name="model">Its model.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="meanwhile">Other work, for one of the threads.</param>
    public void Read(EmbeddingModel<float> model, WorkerPool workers, Action meanwhile)
    {
        IReadOnlyList<QuantizedParameter> quantized = model.Parameters.QuantizedParameters;
        // Beside the matrices, which take longest.
        (Action? first, Action? second) = quantized.Count == 0 ? (meanwhile, null) : ((Action?)null, meanwhile);
        ParameterReader.Read(_file, _prefix, model.Parameters.OfModule(""), MaxWeight, workers, first);
        QuantizedReader.Read(_file, _prefix, quantized, MaxWeight, workers, second);
        List<QuantizedParameter> uneven = [];
        foreach (QuantizedParameter parameter in quantized)
            if (parameter.Matrix.HasUnevenInputs) uneven.Add(parameter);
        // What was quantised before has its scales, or none.
        if (uneven.Count == 0 || uneven.Exists(parameter => QuantizedFile.HasCodes(_file, _prefix, parameter))) return;
        InputScaling.Choose(model.Encoder, uneven, workers);
        QuantizedReader.Read(_file, _prefix, uneven, MaxWeight, workers);
    }

    public void Dispose() => _file.Dispose();

    private static void RequireSize(IWeights file, string prefix, BertConfiguration configuration)
    {
        string name = file.Name;
        Int128 parameters = EncoderConfigurationFile.Parameters(configuration);
        if (parameters > Array.MaxLength)
            throw new QEngineException(
                $"expected a configuration of at most {Array.MaxLength} weights, found one of {parameters} for {name}");
        // Stops at the first layer the file lacks: a small file cannot make an encoder of a million layers.
        int hidden = configuration.HiddenSize;
        for (int layer = 0; layer < configuration.Layers; layer++)
        {
            string query = $"{prefix}{Query(configuration, layer)}";
            bool quantized = configuration.Precision == EncoderPrecision.Int8 && file.Contains(query) && file.IsInt8(query);
            if (quantized) file.RequireInt8Shape(query, hidden, hidden);
            else file.RequireShape(query, hidden, hidden);
        }
        string beyond = $"{prefix}{Query(configuration, configuration.Layers)}";
        if (file.Contains(beyond))
            throw new QEngineException(
                $"expected weights of {configuration.Layers} layers as num_hidden_layers says, found {Printable.Quote(beyond)} in {name}");
    }

    private static string Query(BertConfiguration configuration, int layer) =>
        $"{configuration.Names.Name(layer, configuration.Names.Query)}.weight";
}
