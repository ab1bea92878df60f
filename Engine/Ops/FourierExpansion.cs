using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Every number as 1, cos x, sin x, ..., cos rx, sin rx (<see cref="FourierFeatures"/>).</summary>
internal static class FourierExpansion
{
    /// <summary>Applies it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="degree">r, at least 0.</param>
    /// <returns>[rows, columns (2r + 1)], the functions of a number one after another.</returns>
    /// <exception cref="QEngineException">The degree is negative.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, int degree)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(FourierExpansion), degree, 0, nameof(degree));
        Tensor<T> y = tape.Output(new Shape(x.Rows, x.Columns * FourierFeatures.Count(degree)), x);
        FourierFeatures.Forward(tape.Workers, degree, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(degree, x, y));
        return y;
    }

    private readonly record struct Op<T>(int Degree, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            FourierFeatures.Backward(gradients.Workers, Degree, Y.Span, dy, gradients[X]);
        }
    }
}
