using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The feed-forward network of KAT (Yang and Wang, arXiv 2409.10594): rational activation, dropout, linear map, and the same again. The
/// activations are the identity and SiLU at first. Parameters of <c>act1</c>, <c>fc1</c>, <c>act2</c> and <c>fc2</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class KatFeedForward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // 1 / E[F(z)^2] of the second activation at first, z standard normal.
    private const double SwishGain = 2.8178205;

    private readonly RationalLayer<T> _first, _second;
    private readonly LinearLayer<T> _in, _out;
    private readonly double _dropout;

    /// <summary>Declares the parameters; weights are normal such that variances are kept, biases 0.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="columns">Columns of x and y, a multiple of 8.</param>
    /// <param name="hidden">Columns between, a multiple of 8.</param>
    /// <param name="dropout">Probability of zeroing an element, in [0, 1).</param>
    public KatFeedForward(ParameterStore<T> store, string name, int columns, int hidden, double dropout)
    {
        _dropout = dropout;
        _first = new(store, $"{name}.act1", RationalStart.Identity);
        _in = new(store, $"{name}.fc1", columns, hidden, Initializer.Normal(1 / Math.Sqrt(columns)));
        _second = new(store, $"{name}.act2", RationalStart.Swish);
        _out = new(store, $"{name}.fc2", hidden, columns, Initializer.Normal(Math.Sqrt(SwishGain / hidden)));
    }

    /// <summary>Applies the network.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, columns].</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[tokens, columns].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, DropoutSequence dropout)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(dropout);
        var mark = tape.Mark();
        Tensor<T> hidden = _in.Forward(tape, Dropped(_first.Forward(tape, x)));
        return tape.Release(mark, _out.Forward(tape, Dropped(_second.Forward(tape, hidden))));

        Tensor<T> Dropped(Tensor<T> y) => Drop.Apply(tape, y, dropout.NextOfTokens(_dropout, y.Columns));
    }
}
