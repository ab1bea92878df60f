using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>a + b.</summary>
public static class Add
{
    /// <summary>Adds.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="a">Any shape.</param>
    /// <param name="b">The same shape.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="QEngineException">The shapes differ.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Same(nameof(Add), b.Shape, a.Shape);
        Tensor<T> y = tape.Output(a.Shape, a, b);
        a.Span.CopyTo(y.Span);
        Kernels.Elementwise.Add(tape.Workers, b.Span, y.Span);
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
            if (gradients.Wants(A)) Kernels.Elementwise.Add(gradients.Workers, dy, gradients[A]);
            if (gradients.Wants(B)) Kernels.Elementwise.Add(gradients.Workers, dy, gradients[B]);
        }
    }
}
