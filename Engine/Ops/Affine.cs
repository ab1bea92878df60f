using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>y = factor x + shift; apart from <see cref="Elementwise"/>, since its backward formula reads neither x nor y.</summary>
internal static class Affine
{
    /// <summary>Applies the formula.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="factor">a, the derivative.</param>
    /// <param name="shift">Value at 0.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, T factor, T shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Tensor<T> y = tape.Output(x.Shape, x);
        Kernels.Elementwise.Apply(tape.Workers, new Affine<T>(factor, shift), x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(factor, x, y));
        return y;
    }

    private readonly record struct Op<T>(T Factor, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            Span<T> dx = gradients[X];
            Kernels.Elementwise.Apply(gradients.Workers, new AddScaled<T>(Factor), dy, dx, dx);
        }
    }
}
