using QEngine.Kernels;

namespace QEngine.Layers;

/// <summary>Architecture, sizes and constants of a BERT encoder, named as in Hugging Face's <c>config.json</c>.</summary>
public sealed record BertConfiguration
{
    /// <summary>Whose names and details it follows.</summary>
    public EncoderArchitecture Architecture { get; init; }

    /// <summary>Entries of the vocabulary, <c>vocab_size</c>.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of a token vector, <c>hidden_size</c>.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of encoder layers, <c>num_hidden_layers</c>.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads, <c>num_attention_heads</c>; divides the hidden size.</summary>
    public required int Heads { get; init; }

    /// <summary>Width of the feed-forward layer, <c>intermediate_size</c>.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Longest sequence, <c>max_position_embeddings</c>.</summary>
    public int MaximumPositions { get; init; } = 512;

    /// <summary>Token types, <c>type_vocab_size</c>; 0 for DistilBERT, which has none.</summary>
    public int TokenTypes { get; init; } = 2;

    /// <summary>Added to the variance in layer normalisation, <c>layer_norm_eps</c>.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-12;

    /// <summary>Dropout of hidden states in training, <c>hidden_dropout_prob</c>.</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Dropout of attention weights in training, <c>attention_probs_dropout_prob</c>.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Standard deviation of the first weights, <c>initializer_range</c>.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>In which numbers its matrices are.</summary>
    public EncoderPrecision Precision { get; init; }

    /// <summary>What its parts are called in weight files.</summary>
    internal EncoderNames Names => Architecture == EncoderArchitecture.DistilBert ? EncoderNames.DistilBert : EncoderNames.Bert;

    /// <summary>Dropout between attention and its normalisation: DistilBERT has it after the feed-forward part only.</summary>
    internal double AttentionOutputDropout => Architecture == EncoderArchitecture.DistilBert ? 0 : HiddenDropout;

    /// <summary>
    /// The presets by name, layers x hidden (heads): tiny 2x128 (2), mini 4x256 (4), minilm 6x384 (12), small 4x512 (8), base 12x768 (12).
    /// </summary>
    public static IReadOnlyList<string> Presets { get; } = ["tiny", "mini", "minilm", "small", "base"];

    /// <summary>The configuration of a preset; the intermediate size is four times the hidden size.</summary>
    /// <param name="name">One of <see cref="Presets"/>.</param>
    /// <param name="vocabularySize">Entries of the vocabulary.</param>
    /// <exception cref="QEngineException">There is no such preset.</exception>
    public static BertConfiguration Preset(string name, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "tiny" => Sized(vocabularySize, 2, 128, 2),
            "mini" => Sized(vocabularySize, 4, 256, 4),
            "minilm" => Sized(vocabularySize, 6, 384, 12),
            "small" => Sized(vocabularySize, 4, 512, 8),
            "base" => Sized(vocabularySize, 12, 768, 12),
            _ => throw new QEngineException($"expected an encoder of {string.Join(", ", Presets)} or a model folder, found '{name}'"),
        };
    }

    /// <summary>Checks the sizes.</summary>
    /// <param name="where">Where they come from, for the message.</param>
    /// <exception cref="QEngineException">A size is not positive, or the heads do not divide the hidden size.</exception>
    public void Validate(string where)
    {
        ArgumentNullException.ThrowIfNull(where);
        if (VocabularySize < 1 || HiddenSize < 1 || Layers < 1 || Heads < 1 || IntermediateSize < 1 || MaximumPositions < 1)
            throw new QEngineException($"{where}: expected positive sizes, found {this}");
        bool hasTypes = Architecture != EncoderArchitecture.DistilBert;
        if (hasTypes ? TokenTypes < 1 : TokenTypes != 0)
            throw new QEngineException(
                $"{where}: expected {(hasTypes ? "at least 1 token type" : "no token types in DistilBERT")}, found {TokenTypes}");
        Require.Named(Precision);
        if (Precision == EncoderPrecision.Int8 && Math.Max(HiddenSize, IntermediateSize) > PackedInt8Matrix.MaxInputs)
            throw new QEngineException(
                $"{where}: expected sizes of at most {PackedInt8Matrix.MaxInputs} in int8, found {HiddenSize} and {IntermediateSize}");
        if (HiddenSize % Heads != 0)
            throw new QEngineException($"{where}: expected hidden_size divisible by num_attention_heads, found {HiddenSize} and {Heads}");
        if (!(LayerNormEpsilon >= 0) || (float)HiddenDropout is not (>= 0 and < 1) || (float)AttentionDropout is not (>= 0 and < 1))
            throw new QEngineException(
                $"{where}: expected dropout in [0, 1) and layer_norm_eps of at least 0, "
                + $"found {HiddenDropout}, {AttentionDropout} and {LayerNormEpsilon}");
    }

    private static BertConfiguration Sized(int vocabulary, int layers, int hidden, int heads) =>
        new() { VocabularySize = vocabulary, Layers = layers, HiddenSize = hidden, Heads = heads, IntermediateSize = 4 * hidden };
}
