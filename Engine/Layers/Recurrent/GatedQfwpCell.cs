using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// GQKAN-QFWP (Peng et al., arXiv 2605.06734, and its code): a fast weight programmer whose maps read a <see cref="QkanLayer{T}"/> of
/// x, and which forgets. With e = QKAN(W_e x + b_e), of three numbers, d = (W_l e + b_l)(W_q e + b_q)^T and g = sigmoid(W_g e + b_g), theta
/// becomes (1 - g) d + g theta; the circuit is <see cref="FastCircuit"/>. Parameters are those of <c>encoder</c>, <c>qkan</c>,
/// <c>layers</c>, <c>qubits</c> and <c>gate</c>, whose bias is 2 at first, 95 numbers.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class GatedQfwpCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Latent = 3;
    private const double FirstGate = 2;

    private readonly LinearLayer<T> _encoder, _layers, _qubits, _gate;
    private readonly QkanLayer<T> _qkan;

    /// <summary>Declares the parameters; those of linear maps are uniform within 1/sqrt(inputs), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    public GatedQfwpCell(ParameterStore<T> store, string name)
    {
        _encoder = Map("encoder", Inputs, Latent);
        _qkan = new(store, $"{name}.qkan", Latent, Latent, new() { Repetitions = 1, HasBase = true });
        _layers = Map("layers", Latent, FastCircuit.Layers);
        _qubits = Map("qubits", Latent, FastCircuit.Qubits);
        _gate = Map("gate", Latent, 1, Initializer.Same(FirstGate));

        LinearLayer<T> Map(string part, int from, int to, Initializer? bias = null)
        {
            Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(from));
            return new(store, $"{name}.{part}", from, to, uniform, bias ?? uniform);
        }
    }

    /// <inheritdoc/>
    public int Inputs => 1;

    /// <inheritdoc/>
    public int Outputs => FastCircuit.Outputs;

    /// <inheritdoc/>
    public CellState<T> Start(Tape<T> tape, int sequences) =>
        CellState<T>.Zeros(tape, sequences, 0, FastCircuit.Layers * FastCircuit.Qubits);

    /// <inheritdoc/>
    public Tensor<T> Step(Tape<T> tape, Tensor<T> x, ref CellState<T> state)
    {
        Tensor<T> encoded = _qkan.Forward(tape, _encoder.Forward(tape, x));
        Tensor<T> written = OuterProduct.Apply(tape, _layers.Forward(tape, encoded), _qubits.Forward(tape, encoded));
        Tensor<T> gate = Activations.Sigmoid(tape, _gate.Forward(tape, encoded));
        Tensor<T> difference = Add.Apply(tape, state.Memory, Activations.Affine(tape, written, -T.One, T.Zero));
        // (1 - g) d + g theta is d + g (theta - d), and the outer product with one number is its multiple.
        state = state with { Memory = Add.Apply(tape, written, OuterProduct.Apply(tape, gate, difference)) };
        return FastCircuit.Apply(tape, x, state.Memory);
    }
}
