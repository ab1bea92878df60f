using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// A post-norm transformer block: attention, add and normalise, feed-forward with GELU, add and normalise
/// (Devlin et al., arXiv 1810.04805).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class EncoderLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BertConfiguration _configuration;
    private readonly LinearWeights<T> _projections;
    private readonly ParameterBlock<T> _projectionBiases;
    private readonly LinearLayer<T> _attentionOutput, _intermediate, _output;
    private readonly LayerNormLayer<T> _attentionNorm, _outputNorm;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="index">Its place among the layers, from 0, for their names.</param>
    /// <param name="configuration">Sizes and names.</param>
    public EncoderLayer(ParameterStore<T> store, int index, BertConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        int first = store.Parameters.Count, hidden = configuration.HiddenSize;
        EncoderNames names = configuration.Names;
        string query = names.Name(index, names.Query), key = names.Name(index, names.Key), value = names.Name(index, names.Value);
        Initializer normal = Initializer.Normal(configuration.InitializerRange);

        // One product computes the three projections.
        _projections = new(
            store, configuration.Precision, new Shape(hidden, hidden), normal, hasUnevenInputs: true, $"{query}.weight", $"{key}.weight",
            $"{value}.weight");
        _projectionBiases = new(
            store,
            Shape.Vector(3 * hidden),
            store.Vector($"{query}.bias", hidden, Initializer.Zeros),
            store.Vector($"{key}.bias", hidden, Initializer.Zeros),
            store.Vector($"{value}.bias", hidden, Initializer.Zeros));

        _attentionOutput = Linear(names.AttentionOutput, hidden, hidden);
        _attentionNorm = new(store, names.Name(index, names.AttentionNorm), hidden, configuration.LayerNormEpsilon);
        _intermediate = Linear(names.Intermediate, hidden, configuration.IntermediateSize, hasUnevenInputs: true);
        _output = Linear(names.Output, configuration.IntermediateSize, hidden);
        _outputNorm = new(store, names.Name(index, names.OutputNorm), hidden, configuration.LayerNormEpsilon);
        Parameters = store.Since(first);

        LinearLayer<T> Linear(string part, int inputs, int outputs, bool hasUnevenInputs = false) =>
            new(
                store, names.Name(index, part), inputs, outputs, normal, bias: null, hasBias: true, configuration.Precision,
                hasUnevenInputs);
    }

    /// <summary>Its parameters in order of declaration.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>Whether training leaves all its parameters as they are; set for all of them.</summary>
    public bool Frozen
    {
        get => Parameters.AllFrozen();
        set => Parameters.Freeze(value);
    }

    /// <summary>Applies the block.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[tokens, hidden].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets, DropoutSequence dropout) =>
        Forward(tape, x, offsets, dropout, selection: null);

    /// <summary>Applies the block for some tokens.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <param name="selection">Which tokens; null for all.</param>
    /// <returns>[selected tokens, hidden].</returns>
    internal Tensor<T> Forward(
        Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets, DropoutSequence dropout, TokenSelection? selection)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(dropout);
        var mark = tape.Mark();
        Tensor<T> qkv = _projections.Apply(tape, x, _projectionBiases.Tensor, residual: null);
        int heads = _configuration.Heads;
        Tensor<T> context = SelfAttention.Apply(tape, qkv, offsets, heads, dropout.NextOfWeights(_configuration.AttentionDropout, heads));
        if (selection is { Tokens: var tokens }) (context, x) = (Gather.Apply(tape, context, tokens), Gather.Apply(tape, x, tokens));
        Dropout first = dropout.NextOfTokens(_configuration.AttentionOutputDropout, x.Columns, selection);
        Tensor<T> middle = AddAndNormalize(tape, _attentionOutput, _attentionNorm, context, x, first);
        Tensor<T> activated = _intermediate.ForwardGelu(tape, middle);
        Dropout last = dropout.NextOfTokens(_configuration.HiddenDropout, x.Columns, selection);
        return tape.Release(mark, AddAndNormalize(tape, _output, _outputNorm, activated, middle, last));
    }

    /// <summary>The end of each half: a linear map, dropout, the half's input added, normalised.</summary>
    private static Tensor<T> AddAndNormalize(
        Tape<T> tape, LinearLayer<T> linear, LayerNormLayer<T> norm, Tensor<T> x, Tensor<T> residual, Dropout dropout) =>
        dropout.Active
            ? norm.Forward(tape, Drop.Apply(tape, linear.Forward(tape, x), dropout), residual)
            : norm.Forward(tape, linear.Forward(tape, x, residual), null);

    /// <summary>The block as a function of its input alone, at the place where the dropouts now stand.</summary>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <param name="selection">Which tokens; null for all.</param>
    internal Call On(ReadOnlyMemory<int> offsets, DropoutSequence dropout, TokenSelection? selection) =>
        new(this, offsets, dropout, dropout.Position, selection);

    /// <summary>See <see cref="On"/>.</summary>
    internal readonly record struct Call(
        EncoderLayer<T> Layer, ReadOnlyMemory<int> Offsets, DropoutSequence Dropout, DropoutSequence.Place Start, TokenSelection? Selection)
        : IBlock<T>
    {
        /// <inheritdoc/>
        public bool Trains => !Layer.Frozen;

        /// <inheritdoc/>
        public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
        {
            Dropout.Resume(Start);
            return Layer.Forward(tape, x, Offsets, Dropout, Selection);
        }
    }
}
