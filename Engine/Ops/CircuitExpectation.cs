using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// Runs a quantum circuit for every row: [rows, inputs] numbers and parameters that all rows share to what is measured, [rows, outputs].
/// </summary>
/// <remarks>Gradients are exact, by adjoint differentiation, without any state kept: the backward pass runs the gates again.</remarks>
public static class CircuitExpectation
{
    /// <summary>Applies a circuit.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="circuit">The circuit.</param>
    /// <param name="inputs">[rows, <see cref="Circuit.Inputs"/>]; no columns for a circuit without inputs.</param>
    /// <param name="parameters">[1, <see cref="Circuit.Parameters"/>].</param>
    /// <returns>[rows, <see cref="Circuit.Outputs"/>].</returns>
    /// <exception cref="QEngineException">The shapes do not fit the circuit.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Circuit circuit, Tensor<T> inputs, Tensor<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(circuit);
        Guard.Columns(nameof(CircuitExpectation), inputs.Shape, circuit.Inputs);
        Guard.Same(nameof(CircuitExpectation), parameters.Shape, Shape.Vector(circuit.Parameters));
        Tensor<T> y = tape.Output(new Shape(inputs.Rows, circuit.Outputs), inputs, parameters);
        CircuitSimulation.Forward(tape.Workers, circuit, inputs.Rows, inputs.Span, parameters.Span, y.Span);
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
            CircuitSimulation.Backward(
                gradients.Workers, Circuit, Y.Rows, Inputs.Span, Parameters.Span, dy, dinputs, dparameters);
            if (!dparameters.IsEmpty) Kernels.Elementwise.Add(gradients.Workers, dparameters, gradients[Parameters]);
        }

        /// <inheritdoc/>
        public void AddTo(ICollection<BoundCircuit> circuits)
        {
            if (Y.Rows == 0) return;
            circuits.Add(BoundCircuit.Of<T>("circuit", Circuit, Inputs.Span[..Circuit.Inputs], Parameters.Span));
        }
    }
}
