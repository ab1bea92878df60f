using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>What a <see cref="StripeTransformer"/> is made of.</summary>
internal sealed record StripeSettings
{
    /// <summary>Numbers of a token.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Width of the feed-forward networks.</summary>
    public int Intermediate { get; init; } = 32;

    /// <summary>Whether feed-forward networks are those of KAT, else linear maps with GELU between.</summary>
    public bool IsKat { get; init; }

    /// <summary>Makes what stands in for softmax in a layer, from a store and a name.</summary>
    public Func<ParameterStore<float>, string, IScoreOperator<float>> Operator { get; init; } = static (_, _) => Softmax;

    /// <summary>Softmax is Sinkhorn's first step.</summary>
    public static IScoreOperator<float> Softmax { get; } = new SinkhornOperator<float>(1);
}

/// <summary>
/// A small vision transformer of images cut into eight rows, as the one of QDSFormer (arXiv 2504.16275): pre-norm layers of one head, the
/// mean of the tokens, a linear map to the classes.
/// </summary>
internal sealed class StripeTransformer
{
    private const int Tokens = SmallImages.Side;
    private const double Epsilon = 1e-5;

    private readonly Layer[] _layers;
    private readonly LinearLayer<float> _embedding, _classes;
    private readonly LayerNormLayer<float> _norm;
    private readonly Parameter<float> _positions;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="settings">Sizes and parts.</param>
    public StripeTransformer(ParameterStore<float> store, StripeSettings settings)
    {
        _embedding = Mlp.Linear(store, "embedding", SmallImages.Side, settings.Hidden);
        _positions = store.Matrix("positions", Tokens, settings.Hidden, Initializer.Normal(0.02));
        _layers = new Layer[settings.Layers];
        for (int i = 0; i < _layers.Length; i++) _layers[i] = new(store, $"layer.{i}", settings);
        _norm = new(store, "norm", settings.Hidden, Epsilon);
        _classes = Mlp.Linear(store, "classes", settings.Hidden, LabelledImages.Classes);
    }

    /// <summary>Classifies images.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[images 8, 8].</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[images, classes].</returns>
    public Tensor<float> Forward(Tape<float> tape, Tensor<float> x, DropoutSequence dropout)
    {
        int images = x.Rows / Tokens;
        int[] places = new int[x.Rows], offsets = new int[images + 1];
        for (int row = 0; row < places.Length; row++) places[row] = row % Tokens;
        for (int image = 0; image < offsets.Length; image++) offsets[image] = image * Tokens;
        Tensor<float> y = Add.Apply(tape, _embedding.Forward(tape, x), Gather.Apply(tape, _positions.Tensor, places));
        foreach (Layer layer in _layers) y = layer.Forward(tape, y, dropout);
        return _classes.Forward(tape, MeanPool.Apply(tape, _norm.Forward(tape, y, null), offsets));
    }

    private sealed class Layer
    {
        private readonly LayerNormLayer<float> _attentionNorm, _networkNorm;
        private readonly OperatorAttention<float> _attention;
        private readonly KatFeedForward<float>? _kat;
        private readonly LinearLayer<float>? _in, _out;

        public Layer(ParameterStore<float> store, string name, StripeSettings settings)
        {
            _attentionNorm = new(store, $"{name}.norm1", settings.Hidden, Epsilon);
            _attention = new(store, $"{name}.attention", settings.Hidden, 1, Tokens, settings.Operator(store, $"{name}.operator"));
            _networkNorm = new(store, $"{name}.norm2", settings.Hidden, Epsilon);
            if (settings.IsKat)
            {
                _kat = new(store, $"{name}.mlp", settings.Hidden, settings.Intermediate, dropout: 0);
                return;
            }
            _in = Mlp.Linear(store, $"{name}.mlp.in", settings.Hidden, settings.Intermediate);
            _out = Mlp.Linear(store, $"{name}.mlp.out", settings.Intermediate, settings.Hidden);
        }

        public Tensor<float> Forward(Tape<float> tape, Tensor<float> x, DropoutSequence dropout)
        {
            Tensor<float> y = Add.Apply(tape, x, _attention.Forward(tape, _attentionNorm.Forward(tape, x, null)));
            Tensor<float> normalized = _networkNorm.Forward(tape, y, null);
            return _kat is null
                ? _out!.Forward(tape, _in!.ForwardGelu(tape, normalized), y)
                : Add.Apply(tape, y, _kat.Forward(tape, normalized, dropout));
        }
    }
}
