using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// A quantum fast weight programmer (Chen, arXiv 2402.17760, and its code): at every step classical maps write to the angles of a circuit,
/// <see cref="FastCircuit"/>, which reads the same x. With e = W_e x + b_e, of eight numbers, theta becomes
/// theta + (W_l e + b_l)(W_q e + b_q)^T, layers by qubits, 0 at first. Parameters are those of <c>encoder</c>, <c>layers</c> and
/// <c>qubits</c>, 106 numbers.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QfwpCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Latent = 8;

    private readonly LinearLayer<T> _encoder, _layers, _qubits;

    /// <summary>Declares the parameters, uniform within 1/sqrt(inputs), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    public QfwpCell(ParameterStore<T> store, string name)
    {
        _encoder = Map("encoder", Inputs, Latent);
        _layers = Map("layers", Latent, FastCircuit.Layers);
        _qubits = Map("qubits", Latent, FastCircuit.Qubits);

        LinearLayer<T> Map(string part, int from, int to)
        {
            Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(from));
            return new(store, $"{name}.{part}", from, to, uniform, uniform);
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
        Tensor<T> encoded = _encoder.Forward(tape, x);
        Tensor<T> change = OuterProduct.Apply(tape, _layers.Forward(tape, encoded), _qubits.Forward(tape, encoded));
        state = state with { Memory = Add.Apply(tape, state.Memory, change) };
        return FastCircuit.Apply(tape, x, state.Memory);
    }
}
