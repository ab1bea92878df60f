using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// A post-norm transformer block: attention, add and normalise, feed-forward with GELU, add and normalise
/// (Devlin et al., arXiv 1810.04805; names as in Hugging Face's BertLayer).
/// </summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class EncoderLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BertConfiguration _configuration;
    private readonly ParameterStore<T> _store;
    private readonly int _first, _last;
    private readonly Parameter<T> _queryWeight, _queryBias;
    private readonly InferenceWeights<T> _packed;
    private readonly LinearLayer<T> _attentionOutput, _intermediate, _output;
    private readonly LayerNormLayer<T> _attentionNorm, _outputNorm;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names, for instance <c>encoder.layer.0</c>.</param>
    /// <param name="configuration">Sizes.</param>
    public EncoderLayer(ParameterStore<T> store, string name, BertConfiguration configuration)
    {
        _configuration = configuration;
        _store = store;
        _first = store.Parameters.Count;
        int hidden = configuration.HiddenSize;
        Initializer normal = Initializer.Normal(configuration.InitializerRange);

        // Declared one after another, the three projections are one matrix [3 hidden, hidden]: one product computes them.
        _queryWeight = store.Matrix($"{name}.attention.self.query.weight", hidden, hidden, normal);
        Parameter<T> key = store.Matrix($"{name}.attention.self.key.weight", hidden, hidden, normal);
        Parameter<T> value = store.Matrix($"{name}.attention.self.value.weight", hidden, hidden, normal);
        _packed = new(_queryWeight, key, value);
        _queryBias = store.Vector($"{name}.attention.self.query.bias", hidden, Initializer.Zeros);
        store.Vector($"{name}.attention.self.key.bias", hidden, Initializer.Zeros);
        store.Vector($"{name}.attention.self.value.bias", hidden, Initializer.Zeros);

        _attentionOutput = new(store, $"{name}.attention.output.dense", hidden, hidden, normal);
        _attentionNorm = new(store, $"{name}.attention.output.LayerNorm", hidden, configuration.LayerNormEpsilon);
        _intermediate = new(store, $"{name}.intermediate.dense", hidden, configuration.IntermediateSize, normal);
        _output = new(store, $"{name}.output.dense", configuration.IntermediateSize, hidden, normal);
        _outputNorm = new(store, $"{name}.output.LayerNorm", hidden, configuration.LayerNormEpsilon);
        _last = store.Parameters.Count;
    }

    /// <summary>Whether training leaves all its parameters as they are.</summary>
    public bool Frozen
    {
        get
        {
            for (int i = _first; i < _last; i++)
                if (!_store.Parameters[i].Frozen) return false;
            return true;
        }
    }

    /// <summary>Applies the block.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[tokens, hidden].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets, DropoutSequence dropout)
    {
        int hidden = _configuration.HiddenSize;
        var mark = tape.Mark();
        Tensor<T> weight = _store.Joined(_queryWeight, new Shape(3 * hidden, hidden)), bias = _store.Joined(_queryBias, Shape.Vector(3 * hidden));
        Tensor<T> qkv = Linear<T>.Apply(tape, x, weight, bias, null, _packed.For(tape, weight));
        Tensor<T> context = SelfAttention<T>.Apply(tape, qkv, offsets, _configuration.Heads, dropout.Next(_configuration.AttentionDropout));
        Tensor<T> middle = AddAndNormalize(tape, _attentionOutput, _attentionNorm, context, x, dropout.Next(_configuration.HiddenDropout));
        Tensor<T> activated = _intermediate.ForwardGelu(tape, middle);
        return tape.Release(mark, AddAndNormalize(tape, _output, _outputNorm, activated, middle, dropout.Next(_configuration.HiddenDropout)));
    }

    /// <summary>The end of each half: a linear map, dropout, the half's input added, normalised.</summary>
    private static Tensor<T> AddAndNormalize(Tape<T> tape, LinearLayer<T> linear, LayerNormLayer<T> norm, Tensor<T> x, Tensor<T> residual, Dropout dropout) =>
        dropout.Active
            ? norm.Forward(tape, Drop<T>.Apply(tape, linear.Forward(tape, x), dropout), residual)
            : norm.Forward(tape, linear.Forward(tape, x, residual), null);

    /// <summary>The block as a function of its input alone, at the place where the dropouts now stand.</summary>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="dropout">Source of dropouts.</param>
    internal Call On(ReadOnlyMemory<int> offsets, DropoutSequence dropout) => new(this, offsets, dropout, dropout.State);

    /// <summary>See <see cref="On"/>.</summary>
    internal readonly record struct Call(EncoderLayer<T> Layer, ReadOnlyMemory<int> Offsets, DropoutSequence Dropout, SplittableRandom Start) : IBlock<T>
    {
        /// <inheritdoc/>
        public bool Trains => !Layer.Frozen;

        /// <inheritdoc/>
        public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
        {
            Dropout.Resume(Start);
            return Layer.Forward(tape, x, Offsets, Dropout);
        }
    }
}
