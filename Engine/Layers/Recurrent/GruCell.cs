using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The gated recurrent unit (Cho et al., arXiv 1406.1078) as torch has it: with a = W_ih x + b_ih and b = W_hh h + b_hh in three parts,
/// r = sigmoid(a_r + b_r), z = sigmoid(a_z + b_z), n = tanh(a_n + r b_n), h' = n + z (h - n). Parameters <c>weight_ih</c>
/// [3 hidden, inputs], <c>weight_hh</c> [3 hidden, hidden], <c>bias_ih</c>, <c>bias_hh</c> [3 hidden], in the order r, z, n.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class GruCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _weightInput, _weightHidden, _biasInput, _biasHidden;

    /// <summary>Declares the parameters, uniform within 1/sqrt(hidden), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Numbers of a step.</param>
    /// <param name="hidden">Numbers of the state, and results.</param>
    public GruCell(ParameterStore<T> store, string name, int inputs, int hidden)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        (Inputs, Outputs) = (inputs, hidden);
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(hidden));
        _weightInput = store.Matrix($"{name}.weight_ih", 3 * hidden, inputs, uniform);
        _weightHidden = store.Matrix($"{name}.weight_hh", 3 * hidden, hidden, uniform);
        _biasInput = store.Vector($"{name}.bias_ih", 3 * hidden, uniform);
        _biasHidden = store.Vector($"{name}.bias_hh", 3 * hidden, uniform);
    }

    /// <inheritdoc/>
    public int Inputs { get; }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public CellState<T> Start(Tape<T> tape, int sequences) => CellState<T>.Zeros(tape, sequences, Outputs, 0);

    /// <inheritdoc/>
    public Tensor<T> Step(Tape<T> tape, Tensor<T> x, ref CellState<T> state)
    {
        Tensor<T> ofInput = Linear.Apply(tape, x, _weightInput.Tensor, _biasInput.Tensor);
        Tensor<T> ofHidden = Linear.Apply(tape, state.Hidden, _weightHidden.Tensor, _biasHidden.Tensor);
        Tensor<T> reset = Activations.Sigmoid(tape, Add.Apply(tape, Part(ofInput, 0), Part(ofHidden, 0)));
        Tensor<T> update = Activations.Sigmoid(tape, Add.Apply(tape, Part(ofInput, 1), Part(ofHidden, 1)));
        Tensor<T> fresh = Activations.Tanh(tape, Add.Apply(tape, Part(ofInput, 2), Multiply.Apply(tape, reset, Part(ofHidden, 2))));
        Tensor<T> difference = Add.Apply(tape, state.Hidden, Activations.Affine(tape, fresh, -T.One, T.Zero));
        Tensor<T> hidden = Add.Apply(tape, fresh, Multiply.Apply(tape, update, difference));
        state = state with { Hidden = hidden };
        return hidden;

        Tensor<T> Part(Tensor<T> all, int place) => SliceColumns.Apply(tape, all, place * Outputs, Outputs);
    }
}
