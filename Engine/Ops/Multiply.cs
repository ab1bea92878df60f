using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>a b, element by element.</summary>
internal static class Multiply
{
    /// <summary>Multiplies.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="a">Any shape.</param>
    /// <param name="b">The same shape; may be a itself.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="QEngineException">The shapes differ.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Same(nameof(Multiply), b.Shape, a.Shape);
        Tensor<T> y = tape.Output(a.Shape, a, b);
        Kernels.Elementwise.Apply(tape.Workers, default(Hadamard<T>), a.Span, b.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(a, b, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> A, Tensor<T> B, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            if (gradients.Wants(A)) Add(gradients, dy, B.Span, gradients[A]);
            if (gradients.Wants(B)) Add(gradients, dy, A.Span, gradients[B]);
        }

        private static void Add(Gradients<T> gradients, ReadOnlySpan<T> dy, ReadOnlySpan<T> other, Span<T> gradient) =>
            Kernels.Elementwise.Apply(gradients.Workers, default(Product<T>), gradient, dy, other, gradient);
    }
}
