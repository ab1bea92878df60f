using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// Unitaries exp(i sum of theta[P] P) as real matrices (<see cref="PauliUnitaries"/>): <see cref="Linear"/> with one of them as weight
/// applies it to states.
/// </summary>
internal static class PauliUnitary
{
    /// <summary>Computes the unitaries.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="qubits">n, from 1 to <see cref="PauliSum.MaxQubits"/>.</param>
    /// <param name="theta">[matrices, 4^n - 1].</param>
    /// <returns>[matrices 2 2^n, 2 2^n].</returns>
    /// <exception cref="QEngineException">There are not as many columns as strings, or a number is not finite.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, int qubits, Tensor<T> theta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Require.Range(qubits, 1, PauliSum.MaxQubits);
        Guard.Columns(nameof(PauliUnitary), theta.Shape, PauliSum.Strings(qubits));
        int width = 2 << qubits;
        Tensor<T> y = tape.Output(new Shape(theta.Rows * width, width), theta);
        Tensor<T> values = tape.Save(new Shape(theta.Rows, width)), vectors = tape.Save(y.Shape);
        PauliUnitaries.Forward(tape.Workers, qubits, theta.Span, y.Span, values.Span, vectors.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(qubits, theta, values, vectors, y));
        return y;
    }

    private readonly record struct Op<T>(int Qubits, Tensor<T> Theta, Tensor<T> Values, Tensor<T> Vectors, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(Theta)) return;
            PauliUnitaries.Backward(gradients.Workers, Qubits, Values.Span, Vectors.Span, dy, gradients[Theta]);
        }
    }
}
