using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>
/// The weights of an encoder in an ONNX file, checked before a number of them is read. The graph is read for them and not run.
/// </summary>
internal sealed class OnnxWeights : IWeights
{
    private readonly RandomAccessFile _file;
    private readonly ExternalFiles _external;
    private readonly EncoderWeights _encoder;

    private OnnxWeights(RandomAccessFile file, ExternalFiles external, EncoderWeights encoder) =>
        (_file, _external, _encoder) = (file, external, encoder);

    /// <summary>Opens a file and finds the encoder in it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">It cannot be read, is not valid, or has no encoder that is read here.</exception>
    public static OnnxWeights Open(string path)
    {
        RandomAccessFile file = RandomAccessFile.Open(path);
        ExternalFiles external = new(file);
        try
        {
            return new OnnxWeights(
                file, external, new EncoderWeights(EncoderGraph.Find(OnnxGraph.Read(file, external), file.Name), file.Name));
        }
        catch
        {
            external.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public string Name => _file.Name;

    /// <summary>The encoder's sizes as the graph has them.</summary>
    /// <param name="heads">The number of attention heads where the graph does not tell; null for none.</param>
    /// <exception cref="QEngineException">The number of heads is not known, or another, or a size is too large.</exception>
    public BertConfiguration Configuration(int? heads)
    {
        if (heads is not null && _encoder.Heads is long told && told != heads)
            throw new QEngineException($"expected {told} attention heads as the graph has, found {heads} asked for: {Name}");
        BertConfiguration configuration = new()
        {
            Architecture = _encoder.Architecture,
            VocabularySize = Size(_encoder.Vocabulary),
            HiddenSize = Size(_encoder.Hidden),
            Layers = _encoder.Layers,
            Heads = Size(
                _encoder.Heads ?? heads
                    ?? throw new QEngineException(
                        $"expected the number of attention heads in the graph, config.json or as an option, found it in none: {Name}")),
            IntermediateSize = Size(_encoder.Intermediate),
            MaximumPositions = Size(_encoder.Positions),
            TokenTypes = Size(_encoder.Types),
            LayerNormEpsilon = _encoder.Epsilon,
        };
        configuration.Validate(Name);
        return configuration;
    }

    /// <summary>Requires the graph's sizes to be those of a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <exception cref="QEngineException">A size differs; the message names it.</exception>
    public void RequireSame(BertConfiguration configuration)
    {
        Require(configuration.Names.Model, EncoderNamesOf(_encoder.Architecture).Model, "model_type");
        Require(configuration.HiddenSize, _encoder.Hidden, "hidden size");
        Require(configuration.Layers, _encoder.Layers, "number of layers");
        Require(configuration.Heads, _encoder.Heads ?? configuration.Heads, "number of attention heads");
        Require(configuration.IntermediateSize, _encoder.Intermediate, "intermediate size");
        Require(configuration.VocabularySize, _encoder.Vocabulary, "vocabulary size");
        Require(configuration.MaximumPositions, _encoder.Positions, "number of positions");
        Require(configuration.TokenTypes, _encoder.Types, "number of token types");
        if (_encoder.IsEpsilonExact) Require(configuration.LayerNormEpsilon, _encoder.Epsilon, "layer_norm_eps");
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _encoder.ByName.ContainsKey(name);

    /// <inheritdoc/>
    public void RequireShape(string name, params ReadOnlySpan<long> shape)
    {
        if (!WeightOf(name).Shape.AsSpan().SequenceEqual(shape))
            throw new QEngineException(
                $"expected shape {Printable.Shape(shape)} for {name}, found {Printable.Shape(WeightOf(name).Shape)} in {Name}");
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination)
    {
        Weight weight = WeightOf(name);
        if (weight.Tensor.Count != destination.Length)
            throw new QEngineException($"expected {destination.Length} numbers for {name}, found {weight.Tensor} in {Name}");
        WeightReader.Read(weight, destination);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _external.Dispose();
        _file.Dispose();
    }

    private static EncoderNames EncoderNamesOf(EncoderArchitecture architecture) =>
        architecture == EncoderArchitecture.DistilBert ? EncoderNames.DistilBert : EncoderNames.Bert;

    private Weight WeightOf(string name) => _encoder.ByName.TryGetValue(name, out Weight? weight)
        ? weight
        : throw new QEngineException($"expected the weights of {Printable.Quote(name)}, found none in {Name}");

    private int Size(long size) =>
        size is >= 0 and <= int.MaxValue
            ? (int)size
            : throw new QEngineException($"expected sizes up to {int.MaxValue}, found {size} in {Name}");

    private void Require<T>(T configured, T found, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(configured, found))
            throw new QEngineException($"expected a {what} of {configured} as config.json says, found {found} in the graph of {Name}");
    }
}
