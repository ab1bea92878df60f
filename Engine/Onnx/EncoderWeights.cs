using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>The weights of an encoder that was found in a graph, by the names that its architecture has for them, and its sizes.</summary>
internal sealed class EncoderWeights
{
    private const double DistilBertEpsilon = 1e-12;

    private readonly Dictionary<string, Weight> _weights = new(StringComparer.Ordinal);
    private readonly HashSet<OnnxTensor> _matrices = new(ReferenceEqualityComparer.Instance);
    private readonly List<Layered> _layers = [];
    private readonly string _file;

    /// <summary>Names the weights.</summary>
    /// <param name="last">The last layer.</param>
    /// <param name="file">The file, for messages.</param>
    public EncoderWeights(Layered last, string file)
    {
        _file = file;
        Embedded embedded = EmbeddingsOf(last);
        for (Layered? layer = last; layer is not null; layer = layer.Attended.Below as Layered) _layers.Add(layer);
        _layers.Reverse();
        Architecture = embedded.Types is null ? EncoderArchitecture.DistilBert : EncoderArchitecture.Bert;
        (Hidden, Vocabulary, Positions, Types) = (
            last.Width, embedded.Words.Shape[0], embedded.Positions.Shape[0], embedded.Types?.Shape[0] ?? 0);
        (Intermediate, Heads, Epsilon) = (last.Inner.Width, HeadsOf(), EpsilonOf(embedded));
        EncoderNames names = Architecture == EncoderArchitecture.DistilBert ? EncoderNames.DistilBert : EncoderNames.Bert;
        Add(names.Words, embedded.Words);
        Add(names.Positions, embedded.Positions);
        if (embedded.Types is not null) Add(names.Types, embedded.Types);
        Add(names.EmbeddingNorm, embedded.Norm);
        for (int i = 0; i < _layers.Count; i++) Add(names, i, _layers[i]);
    }

    /// <summary>Whose names they have: DistilBERT's where there are no token types.</summary>
    public EncoderArchitecture Architecture { get; }

    /// <summary>Layers.</summary>
    public int Layers => _layers.Count;

    /// <summary>Width of a token's vector.</summary>
    public long Hidden { get; }

    /// <summary>Rows of the word embeddings.</summary>
    public long Vocabulary { get; }

    /// <summary>Rows of the position embeddings.</summary>
    public long Positions { get; }

    /// <summary>Rows of the embeddings of token types; 0 where there are none.</summary>
    public long Types { get; }

    /// <summary>Width of the feed-forward part.</summary>
    public long Intermediate { get; }

    /// <summary>Attention heads; null where the graph does not tell.</summary>
    public long? Heads { get; }

    /// <summary>What is added to variances.</summary>
    public double Epsilon { get; }

    /// <summary>Whether <see cref="Epsilon"/> is the encoder's own: in 16 bits it may be the smallest that they hold.</summary>
    public bool IsEpsilonExact { get; private set; } = true;

    /// <summary>The weights by name.</summary>
    public IReadOnlyDictionary<string, Weight> ByName => _weights;

    /// <summary>The embeddings below a layer.</summary>
    public static Embedded EmbeddingsOf(Layered last)
    {
        State state = last;
        while (state is Layered layer) state = layer.Attended.Below;
        return (Embedded)state;
    }

    private void Add(EncoderNames names, int index, Layered layer)
    {
        Attended attended = layer.Attended;
        Add(names.Name(index, names.Query), attended.Query);
        Add(names.Name(index, names.Key), attended.Key);
        Add(names.Name(index, names.Value), attended.Value);
        Add(names.Name(index, names.AttentionOutput), attended.Output);
        Add(names.Name(index, names.AttentionNorm), attended.Norm);
        Add(names.Name(index, names.Intermediate), layer.Inner);
        Add(names.Name(index, names.Output), layer.Outer);
        Add(names.Name(index, names.OutputNorm), layer.Norm);
    }

    // Exporters share equal vectors; a matrix of several layers is that of another architecture, and a small file of a large model.
    private void Add(string name, Weight weight)
    {
        if (weight.Shape.Length == 2 && !_matrices.Add(weight.Tensor))
            throw new QEngineException(
                $"expected a matrix of its own for {name}, found {Printable.Quote(weight.Tensor.Name)} of another in {_file}");
        _weights.Add($"{name}.weight", weight);
    }

    // A linear map's weight has a row for each output; a graph multiplies with a column for each.
    private void Add(string name, Affine map)
    {
        Add(name, map.Matrix.Transpose());
        _weights.Add($"{name}.bias", map.Bias!);
    }

    private void Add(string name, Norm norm)
    {
        Add(name, norm.Gain);
        _weights.Add($"{name}.bias", norm.Shift);
    }

    private long? HeadsOf()
    {
        long? heads = null;
        foreach (Layered layer in _layers)
        {
            long? found = layer.Attended.HeadCount;
            if (heads is not null && found is not null && found != heads)
                throw new QEngineException($"expected the same number of heads in every layer, found {heads} and {found} in {_file}");
            heads ??= found;
        }
        return heads;
    }

    private double EpsilonOf(Embedded embedded)
    {
        List<Norm> norms = [embedded.Norm];
        foreach (Layered layer in _layers) norms.AddRange([layer.Attended.Norm, layer.Norm]);
        double epsilon = norms[0].Epsilon;
        foreach (Norm norm in norms)
        {
            if (norm.Gain.Tensor.Element != OnnxElement.Float) IsEpsilonExact = false;
            if (norm.Epsilon != epsilon)
                throw new QEngineException(
                    $"expected the same epsilon in every normalisation, found {epsilon} and {norm.Epsilon} in {_file}");
        }
        if (Architecture == EncoderArchitecture.DistilBert && epsilon != DistilBertEpsilon)
        {
            if (IsEpsilonExact)
                throw new QEngineException(
                    $"expected an epsilon of {DistilBertEpsilon} in an encoder without token types, found {epsilon} in {_file}");
            return DistilBertEpsilon;
        }
        return epsilon;
    }
}
