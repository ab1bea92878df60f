using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Every number as cos x, sin x, ..., cos rx, sin rx, perhaps after 1 (<see cref="FourierFeatures"/>).</summary>
internal static class FourierExpansion
{
    /// <summary>Applies it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="degree">r, at least 1.</param>
    /// <param name="hasConstant">Whether 1 is among the functions, as the first.</param>
    /// <returns>[rows, columns functions], the 2r or 2r + 1 functions of a number one after another.</returns>
    /// <exception cref="QEngineException">The degree is below 1.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, int degree, bool hasConstant)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(FourierExpansion), degree, 1, nameof(degree));
        Tensor<T> y = tape.Output(new Shape(x.Rows, x.Columns * FourierFeatures.Count(degree, hasConstant)), x);
        FourierFeatures.Forward(tape.Workers, degree, hasConstant, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(degree, hasConstant, x, y));
        return y;
    }

    private readonly record struct Op<T>(int Degree, bool HasConstant, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            FourierFeatures.Backward(gradients.Workers, Degree, HasConstant, Y.Span, dy, gradients[X]);
        }
    }
}
