using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// An encoder layer of a transformer with a circuit as an adapter after its attention, QASA (arXiv 2504.05336 and its code): a = attention
/// of x, u = LN(x + a); p = LN(tanh(W_in u + b_in)), eight numbers; u += W_out circuit(p + tau) + b_out; y = LN(u + FFN(u)) with GELU. tau
/// is 0 or the length of the token's sequence. Beside it the same with a <see cref="ClassicalBottleneck{T}"/>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QasaLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Epsilon = 1e-5;

    private readonly QasaSettings _settings;
    private readonly LinearLayer<T> _projections, _attentionOutput, _down, _up, _intermediate, _output;
    private readonly LayerNormLayer<T> _attentionNorm, _downNorm, _outputNorm;
    private readonly IBottleneck<T> _bottleneck;

    /// <summary>Declares the parameters; biases are 0 at first, weights uniform by Glorot (projections) and He.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="settings">Sizes.</param>
    public QasaLayer(ParameterStore<T> store, string name, QasaSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        int hidden = settings.Hidden;
        _projections = new(store, $"{name}.attention.in_proj", hidden, 3 * hidden, Initializer.Uniform(Math.Sqrt(6.0 / (4 * hidden))));
        _attentionOutput = Linear("attention.out_proj", hidden, hidden);
        _attentionNorm = Norm("norm1", hidden);
        _down = Linear("adapter.down", hidden, QasaCircuit.Width);
        _downNorm = Norm("adapter.norm", QasaCircuit.Width);
        _bottleneck = settings.IsClassical
            ? new ClassicalBottleneck<T>(store, $"{name}.adapter")
            : new CircuitBottleneck<T>(store, $"{name}.adapter");
        _up = Linear("adapter.up", QasaCircuit.Width, hidden);
        _intermediate = Linear("linear1", hidden, 4 * hidden);
        _output = Linear("linear2", 4 * hidden, hidden);
        _outputNorm = Norm("norm2", hidden);

        LinearLayer<T> Linear(string part, int inputs, int outputs) =>
            new(store, $"{name}.{part}", inputs, outputs, Initializer.Uniform(Math.Sqrt(6.0 / inputs)));
        LayerNormLayer<T> Norm(string part, int columns) => new(store, $"{name}.{part}", columns, Epsilon);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[tokens, hidden].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets, DropoutSequence dropout)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(dropout);
        var mark = tape.Mark();
        Tensor<T> context = SelfAttention.Apply(tape, _projections.Forward(tape, x), offsets, _settings.Heads, Dropout.None);
        Tensor<T> u = _attentionNorm.Forward(tape, _attentionOutput.Forward(tape, context, x), null);
        Tensor<T> angles = _downNorm.Forward(tape, Activations.Tanh(tape, _down.Forward(tape, u)), null);
        if (_settings.AddsLength) angles = Add.Apply(tape, angles, Lengths(tape, offsets.Span, x.Rows));
        u = _up.Forward(tape, _bottleneck.Forward(tape, angles), u);
        Tensor<T> activated = Drop.Apply(tape, _intermediate.ForwardGelu(tape, u), Next(4 * _settings.Hidden));
        Tensor<T> change = Drop.Apply(tape, _output.Forward(tape, activated), Next(_settings.Hidden));
        return tape.Release(mark, _outputNorm.Forward(tape, u, change));

        Dropout Next(int columns) => dropout.NextOfTokens(_settings.Dropout, columns);
    }

    /// <summary>The length of every token's sequence, for each of the eight numbers.</summary>
    private static Tensor<T> Lengths(Tape<T> tape, ReadOnlySpan<int> offsets, int tokens)
    {
        Guard.Offsets(nameof(QasaLayer<T>), offsets, tokens);
        Tensor<T> lengths = tape.Save(new Shape(tokens, QasaCircuit.Width));
        for (int i = 1; i < offsets.Length; i++)
        {
            int from = offsets[i - 1] * QasaCircuit.Width, to = offsets[i] * QasaCircuit.Width;
            lengths.Span[from..to].Fill(T.CreateTruncating(offsets[i] - offsets[i - 1]));
        }
        return lengths;
    }
}
