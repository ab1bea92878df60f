using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The squared elements of every matrix's Q, x = Q R (<see cref="OrthogonalSquares"/>): doubly stochastic weights.</summary>
internal static class OrthogonalWeights
{
    /// <summary>Computes the weights.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[matrices n, n].</param>
    /// <returns>[matrices n, n].</returns>
    /// <exception cref="QEngineException">The matrices are not square.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(OrthogonalWeights), x.Columns, 1);
        Guard.Length(nameof(OrthogonalWeights), x.Rows, x.Rows / x.Columns * x.Columns);
        Tensor<T> y = tape.Output(x.Shape, x);
        OrthogonalSquares.Forward(tape.Workers, x.Columns, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            OrthogonalSquares.Backward(gradients.Workers, X.Columns, X.Span, dy, gradients[X]);
        }
    }
}
