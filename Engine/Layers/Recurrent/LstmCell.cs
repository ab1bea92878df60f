using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The LSTM as torch has it: gates i, f, g, o, in this order, of W_ih x + b_ih + W_hh h + b_hh. Parameters <c>weight_ih</c>
/// [4 hidden, inputs], <c>weight_hh</c> [4 hidden, hidden], <c>bias_ih</c>, <c>bias_hh</c> [4 hidden].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class LstmCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _weightInput, _weightHidden, _biasInput, _biasHidden;

    /// <summary>Declares the parameters, uniform within 1/sqrt(hidden), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Numbers of a step.</param>
    /// <param name="hidden">Numbers of the state, and results.</param>
    public LstmCell(ParameterStore<T> store, string name, int inputs, int hidden)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        (Inputs, Outputs) = (inputs, hidden);
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(hidden));
        _weightInput = store.Matrix($"{name}.weight_ih", 4 * hidden, inputs, uniform);
        _weightHidden = store.Matrix($"{name}.weight_hh", 4 * hidden, hidden, uniform);
        _biasInput = store.Vector($"{name}.bias_ih", 4 * hidden, uniform);
        _biasHidden = store.Vector($"{name}.bias_hh", 4 * hidden, uniform);
    }

    /// <inheritdoc/>
    public int Inputs { get; }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public CellState<T> Start(Tape<T> tape, int sequences) => CellState<T>.Zeros(tape, sequences, Outputs, Outputs);

    /// <inheritdoc/>
    public Tensor<T> Step(Tape<T> tape, Tensor<T> x, ref CellState<T> state)
    {
        Tensor<T> ofHidden = Linear.Apply(tape, state.Hidden, _weightHidden.Tensor, _biasHidden.Tensor);
        Tensor<T> gates = Linear.Apply(tape, x, _weightInput.Tensor, _biasInput.Tensor, ofHidden), memory = state.Memory;
        Tensor<T> hidden = LstmMemory.Step(tape, Gate(1), Gate(0), Gate(2), Gate(3), ref memory);
        state = new(hidden, memory);
        return hidden;

        Tensor<T> Gate(int place) => SliceColumns.Apply(tape, gates, place * Outputs, Outputs);
    }
}
