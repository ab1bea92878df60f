using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Seeded dropout; the identity when the rate is 0.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Drop<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dropout _dropout;
    private readonly Tensor<T> _x, _y;

    private Drop(Dropout dropout, Tensor<T> x, Tensor<T> y) => (_dropout, _x, _y) = (dropout, x, y);

    /// <summary>Zeroes elements at random and scales the others.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="dropout">Rate and seed.</param>
    /// <returns>The shape of x; x itself when nothing is dropped.</returns>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, Dropout dropout)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!dropout.Active) return x;
        Tensor<T> y = tape.Output(x.Shape, x.NeedsGradient);
        dropout.Apply<T>(tape.Workers, x.Span, y.Span, accumulate: false);
        if (y.NeedsGradient) tape.Record(new Drop<T>(dropout, x, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_x)) return;
        Span<T> dx = gradients.Target(_x, out bool accumulate);
        _dropout.Apply(gradients.Workers, dy, dx, accumulate);
    }
}
