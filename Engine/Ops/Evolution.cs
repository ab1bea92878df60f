using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Every row's state under the evolution exp(i t A) of the row's own matrix A (<see cref="SymmetricEvolution"/>).</summary>
internal static class Evolution
{
    /// <summary>Evolves the states.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="matrices">The matrices, decomposed.</param>
    /// <param name="time">[1, 1], t.</param>
    /// <param name="states">[rows, 2 n], real and then imaginary parts.</param>
    /// <returns>[rows, 2 n].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Spectra<T> matrices, Tensor<T> time, Tensor<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Same(nameof(Evolution), time.Shape, Shape.Scalar);
        Guard.Same(nameof(Evolution), states.Shape, new Shape(matrices.Values.Rows, 2 * matrices.Values.Columns));
        Tensor<T> y = tape.Output(states.Shape, matrices.X, time, states);
        SymmetricEvolution.Forward(
            tape.Workers, matrices.Values.Columns, matrices.Values.Span, matrices.Vectors.Span, time.Span[0], states.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(matrices, time, states, y));
        return y;
    }

    private readonly record struct Op<T>(Spectra<T> Matrices, Tensor<T> Time, Tensor<T> States, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            Span<T> dx = gradients.Wants(Matrices.X) ? gradients[Matrices.X] : default;
            Span<T> dtimes = gradients.Wants(Time) ? gradients.Rent(Y.Rows) : default;
            // By themselves first: one tensor may be both the matrices and the states.
            Span<T> dstates = gradients.Wants(States) ? gradients.Rent(States.Shape.Length) : default;
            SymmetricEvolution.Backward(
                gradients.Workers, Matrices.Values.Columns, Matrices.Values.Span, Matrices.Vectors.Span, Time.Span[0], States.Span, dy, dx,
                dtimes, dstates);
            if (!dtimes.IsEmpty)
                foreach (T share in dtimes) gradients[Time][0] += share;
            if (!dstates.IsEmpty) Kernels.Elementwise.Add(gradients.Workers, dstates, gradients[States]);
        }
    }
}
