using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// The state that a quantum circuit makes of every row, by its amplitudes, but for a phase of the whole state; what the circuit measures
/// does not matter.
/// </summary>
/// <remarks>Gradients are exact, by adjoint differentiation, as those of <see cref="CircuitExpectation"/>.</remarks>
internal static class CircuitStates
{
    /// <summary>Applies a circuit.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="circuit">The circuit.</param>
    /// <param name="inputs">[rows, <see cref="Circuit.Inputs"/>].</param>
    /// <param name="parameters">[1, <see cref="Circuit.Parameters"/>].</param>
    /// <returns>[rows, 2 2^qubits], real parts of the amplitudes, then imaginary ones.</returns>
    /// <exception cref="QEngineException">The shapes do not fit the circuit.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Circuit circuit, Tensor<T> inputs, Tensor<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(circuit);
        Guard.Columns(nameof(CircuitStates), inputs.Shape, circuit.Inputs);
        Guard.Same(nameof(CircuitStates), parameters.Shape, Shape.Vector(circuit.Parameters));
        Tensor<T> y = tape.Output(new Shape(inputs.Rows, 2 << circuit.Qubits), inputs, parameters);
        CircuitSimulation.States(tape.Workers, circuit, inputs.Rows, inputs.Span, parameters.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(circuit, inputs, parameters, y));
        return y;
    }

    private readonly record struct Op<T>(Circuit Circuit, Tensor<T> Inputs, Tensor<T> Parameters, Tensor<T> Y)
        : IOp<T>, ICircuitOp
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            Span<T> dinputs = gradients.Wants(Inputs) ? gradients[Inputs] : default;
            // By themselves first: one tensor may be both the inputs and the parameters.
            Span<T> dparameters = gradients.Wants(Parameters) ? gradients.Rent(Parameters.Shape.Length) : default;
            CircuitSimulation.StatesBackward(
                gradients.Workers, Circuit, Y.Rows, Inputs.Span, Parameters.Span, dy, dinputs, dparameters);
            if (!dparameters.IsEmpty) Kernels.Elementwise.Add(gradients.Workers, dparameters, gradients[Parameters]);
        }

        /// <inheritdoc/>
        public void AddTo(ICollection<BoundCircuit> circuits)
        {
            if (Y.Rows == 0) return;
            circuits.Add(BoundCircuit.Of<T>("states", Circuit, Inputs.Span[..Circuit.Inputs], Parameters.Span));
        }
    }
}
