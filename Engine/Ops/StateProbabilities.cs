using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The probabilities of all values of the first qubits of states (<see cref="BasisProbabilities"/>).</summary>
internal static class StateProbabilities
{
    /// <summary>Computes the probabilities.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="states">[rows, 2 2^qubits], real and then imaginary parts.</param>
    /// <param name="qubits">Of the states.</param>
    /// <param name="measured">How many of the first, from 0 to all.</param>
    /// <returns>[rows, 2^measured].</returns>
    /// <exception cref="QEngineException">There are other columns.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> states, int qubits, int measured)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Require.Range(measured, 0, qubits);
        Guard.Columns(nameof(StateProbabilities), states.Shape, 2 << qubits);
        Tensor<T> y = tape.Output(new Shape(states.Rows, 1 << measured), states);
        BasisProbabilities.Forward(tape.Workers, 1 << qubits, y.Columns, states.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(states, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> States, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(States)) return;
            BasisProbabilities.Backward(gradients.Workers, States.Columns / 2, Y.Columns, States.Span, dy, gradients[States]);
        }
    }
}
