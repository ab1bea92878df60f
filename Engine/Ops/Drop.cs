using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Seeded dropout; the identity when the rate is 0.</summary>
public static class Drop
{
    /// <summary>Zeroes elements at random and scales the others.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="dropout">Rate and seed.</param>
    /// <returns>The shape of x; x itself when nothing is dropped.</returns>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, Dropout dropout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!dropout.Active) return x;
        Tensor<T> y = tape.Output(x.Shape, x);
        dropout.Apply<T>(tape.Workers, x.Span, y.Span, accumulate: false);
        if (y.NeedsGradient) tape.Record(new Op<T>(dropout, x, y));
        return y;
    }

    private readonly record struct Op<T>(Dropout Dropout, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            Span<T> dx = gradients.Target(X, out bool accumulate);
            Dropout.Apply(gradients.Workers, dy, dx, accumulate);
        }
    }
}
