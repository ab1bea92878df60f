using System.Numerics;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// BERT with its masked-language-model head (Devlin et al., arXiv 1810.04805; names as Hugging Face's BertForMaskedLM):
/// dense, GELU, layer normalisation, then the word embeddings as output layer with a bias of its own.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MaskedLanguageModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LinearLayer<T> _transform;
    private readonly LayerNormLayer<T> _norm;
    private readonly Parameter<T> _bias;

    /// <summary>Declares all parameters, the encoder's first, in the order in which an embedding model declares them.</summary>
    /// <param name="configuration">Sizes.</param>
    public MaskedLanguageModel(BertConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Encoder = new BertEncoder<T>(Parameters, configuration);
        EncoderLength = Parameters.Count;
        _transform = new(
            Parameters, "cls.predictions.transform.dense", configuration.HiddenSize, configuration.HiddenSize,
            Initializer.Normal(configuration.InitializerRange));
        _norm = new(Parameters, "cls.predictions.transform.LayerNorm", configuration.HiddenSize, configuration.LayerNormEpsilon);
        _bias = Parameters.Vector("cls.predictions.bias", configuration.VocabularySize, Initializer.Zeros);
        Parameters.Allocate();
    }

    /// <summary>All parameters.</summary>
    public ParameterStore<T> Parameters { get; } = new();

    /// <summary>The encoder.</summary>
    public BertEncoder<T> Encoder { get; }

    /// <summary>Elements of the encoder's parameters, which come first in the store.</summary>
    public int EncoderLength { get; }

    /// <summary>The mean cross-entropy of the tokens that were masked.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="batch">The sequences with masked tokens.</param>
    /// <param name="masked">Indices of the masked tokens; must not change until the backward pass.</param>
    /// <param name="labels">What they were; must not change until the backward pass.</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[1, 1], in nats.</returns>
    public Tensor<T> Loss(
        Tape<T> tape, PackedSequences batch, ReadOnlyMemory<int> masked, ReadOnlyMemory<int> labels, DropoutSequence dropout)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(dropout);
        Tensor<T> hidden = Encoder.Forward(tape, batch, dropout, new TokenSelection(masked, 0));
        Tensor<T> transformed = _norm.Forward(tape, Activations.Gelu(tape, _transform.Forward(tape, hidden)), null);
        Tensor<T> logits = Linear.Apply(tape, transformed, Encoder.WordEmbeddings.Tensor, _bias.Tensor);
        return SoftmaxCrossEntropy.Apply(tape, logits, labels);
    }
}
