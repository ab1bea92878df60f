using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>The BERT encoder as Hugging Face defines it: embeddings, then post-norm blocks, over packed sequences.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class BertEncoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>? _words;
    private readonly QuantizedRows? _quantizedWords;
    private readonly Parameter<T> _positions;
    private readonly Parameter<T>? _types;
    private readonly LayerNormLayer<T> _norm;
    private readonly EncoderLayer<T>[] _layers;

    /// <summary>Declares the parameters, named as its architecture names them.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="configuration">Sizes and names.</param>
    /// <exception cref="ArgumentException">It is in int8, and <typeparamref name="T"/> is not <see cref="float"/>.</exception>
    public BertEncoder(ParameterStore<T> store, BertConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.Precision == EncoderPrecision.Int8 && typeof(T) != typeof(float))
            throw new ArgumentException("expected numbers of type float for an encoder in int8, found double", nameof(configuration));
        Configuration = configuration;
        EncoderNames names = configuration.Names;
        Initializer normal = Initializer.Normal(configuration.InitializerRange);
        int first = store.Parameters.Count;
        Shape vocabulary = new(configuration.VocabularySize, configuration.HiddenSize);
        if (configuration.Precision == EncoderPrecision.Int8)
        {
            _quantizedWords = new QuantizedRows(() => new Int8Table(vocabulary.Rows, vocabulary.Columns), hasUnevenInputs: false);
            store.Quantized($"{names.Words}.weight", vocabulary, normal, _quantizedWords, 0);
        }
        else
        {
            _words = store.Matrix($"{names.Words}.weight", vocabulary.Rows, vocabulary.Columns, normal);
        }
        _positions = store.Matrix($"{names.Positions}.weight", configuration.MaximumPositions, configuration.HiddenSize, normal);
        if (configuration.TokenTypes > 0)
            _types = store.Matrix($"{names.Types}.weight", configuration.TokenTypes, configuration.HiddenSize, normal);
        _norm = new(store, names.EmbeddingNorm, configuration.HiddenSize, configuration.LayerNormEpsilon);
        EmbeddingParameters = store.Since(first);
        _layers = new EncoderLayer<T>[configuration.Layers];
        for (int i = 0; i < _layers.Length; i++) _layers[i] = new(store, i, configuration);
    }

    /// <summary>Sizes.</summary>
    public BertConfiguration Configuration { get; }

    /// <summary>The layers, the lowest first.</summary>
    public IReadOnlyList<EncoderLayer<T>> Layers => _layers;

    /// <summary>The parameters of the embeddings and of their normalisation.</summary>
    public IReadOnlyList<Parameter<T>> EmbeddingParameters { get; }

    /// <summary>Whether training leaves the embeddings and their normalisation as they are; set for all of them.</summary>
    public bool EmbeddingsFrozen
    {
        get => EmbeddingParameters.AllFrozen();
        set => EmbeddingParameters.Freeze(value);
    }

    /// <summary>The word embeddings [vocabulary, hidden], for a tied output layer.</summary>
    /// <exception cref="InvalidOperationException">The encoder is in int8, and they are no parameter.</exception>
    public Parameter<T> WordEmbeddings =>
        _words ?? throw new InvalidOperationException("expected an encoder in float32, found one in int8");

    /// <summary>Computes the last hidden states.</summary>
    /// <remarks>
    /// In training, layers that are frozen and have only frozen ones below run as in inference: without dropout, and nothing
    /// is kept of them. On a tape that checkpoints, every other layer keeps its input alone.
    /// </remarks>
    /// <param name="tape">Storage and record.</param>
    /// <param name="batch">The sequences; must not change until the backward pass.</param>
    /// <param name="dropout">Source of dropouts; <see cref="DropoutSequence.None"/> in inference.</param>
    /// <returns>[tokens, hidden].</returns>
    public Tensor<T> Forward(Tape<T> tape, PackedSequences batch, DropoutSequence dropout) =>
        Forward(tape, batch, dropout, selection: null);

    /// <summary>Computes the last hidden states of some tokens, each the same bits as among those of all.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="batch">The sequences; must not change until the backward pass.</param>
    /// <param name="dropout">Source of dropouts; <see cref="DropoutSequence.None"/> in inference.</param>
    /// <param name="selection">Which tokens; null for all.</param>
    /// <returns>[selected tokens, hidden].</returns>
    internal Tensor<T> Forward(Tape<T> tape, PackedSequences batch, DropoutSequence dropout, TokenSelection? selection)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(dropout);
        var mark = tape.Mark();
        int frozen = tape.ForTraining ? FrozenLayers() : -1;
        Tensor<T> x = frozen < 0 ? Embed(tape, batch, dropout) : tape.Unrecorded(new Lower(this, batch, frozen, selection), default);
        for (int i = Math.Max(0, frozen); i < _layers.Length; i++)
        {
            TokenSelection? wanted = Wanted(i, selection);
            x = tape.Checkpointing
                ? Checkpoint.Apply(tape, x, _layers[i].On(batch.Offsets, dropout, wanted))
                : _layers[i].Forward(tape, x, batch.Offsets, dropout, wanted);
        }
        return tape.Release(mark, x);
    }

    /// <summary>The tokens whose states a layer has to compute: but for the last layer all, which the next one reads.</summary>
    private TokenSelection? Wanted(int layer, TokenSelection? selection) => layer == _layers.Length - 1 ? selection : null;

    private Tensor<T> Embed(Tape<T> tape, PackedSequences batch, DropoutSequence dropout)
    {
        EmbeddingTables<T> tables = new(_words?.Tensor ?? default, _positions.Tensor, _types?.Tensor, _norm.Gamma, _norm.Beta);
        Tensor<T> x = _quantizedWords is null
            ? BertEmbedding.Apply(tape, tables, batch.Ids, batch.Positions, _norm.Epsilon)
            : Int8Embedding.Apply(tape, (Int8Table)_quantizedWords.Rows, tables, batch.Ids, batch.Positions, _norm.Epsilon);
        return Drop.Apply(tape, x, dropout.NextOfTokens(Configuration.HiddenDropout, Configuration.HiddenSize));
    }

    /// <summary>How many of the lowest layers are frozen, with the embeddings; -1 if the embeddings are not.</summary>
    private int FrozenLayers()
    {
        if (!EmbeddingsFrozen) return -1;
        int count = 0;
        while (count < _layers.Length && _layers[count].Frozen) count++;
        return count;
    }

    /// <summary>The embeddings and the lowest layers, as in inference.</summary>
    private readonly record struct Lower(BertEncoder<T> Encoder, PackedSequences Batch, int Layers, TokenSelection? Selection) : IBlock<T>
    {
        /// <inheritdoc/>
        public bool Trains => false;

        /// <inheritdoc/>
        public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
        {
            x = Encoder.Embed(tape, Batch, DropoutSequence.None);
            for (int i = 0; i < Layers; i++)
                x = Encoder._layers[i].Forward(tape, x, Batch.Offsets, DropoutSequence.None, Encoder.Wanted(i, Selection));
            return x;
        }
    }
}
