using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>e^x with rows and columns of every matrix normalised in turn (<see cref="Sinkhorn"/>).</summary>
internal static class SinkhornNormalize
{
    /// <summary>Normalises.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[matrices n, n].</param>
    /// <param name="steps">Normalisations, an odd number.</param>
    /// <returns>[matrices n, n].</returns>
    /// <exception cref="QEngineException">The matrices are not square, or the steps not odd.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, int steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(SinkhornNormalize), x.Columns, 1);
        Guard.Length(nameof(SinkhornNormalize), x.Rows, x.Rows / x.Columns * x.Columns);
        Guard.AtLeast(nameof(SinkhornNormalize), steps, 1, nameof(steps));
        Guard.Length(nameof(SinkhornNormalize), steps % 2, 1);
        Tensor<T> y = tape.Output(x.Shape, x);
        Sinkhorn.Forward(tape.Workers, x.Columns, steps, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(steps, x, y));
        return y;
    }

    private readonly record struct Op<T>(int Steps, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            Sinkhorn.Backward(gradients.Workers, X.Columns, Steps, X.Span, dy, gradients[X]);
        }
    }
}
