using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The outer product a b^T of the rows of two tensors (<see cref="OuterProducts"/>).</summary>
internal static class OuterProduct
{
    /// <summary>Multiplies.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="a">[rows, m].</param>
    /// <param name="b">[rows, n].</param>
    /// <returns>[rows, m n], the m rows of n products one after another.</returns>
    /// <exception cref="QEngineException">The rows differ.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Length(nameof(OuterProduct), b.Rows, a.Rows);
        Tensor<T> y = tape.Output(new Shape(a.Rows, checked(a.Columns * b.Columns)), a, b);
        OuterProducts.Forward(tape.Workers, a.Span, a.Columns, b.Span, y.Span);
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
            if (gradients.Wants(A)) OuterProducts.BackwardLeft(gradients.Workers, dy, B.Span, A.Columns, gradients[A]);
            if (gradients.Wants(B)) OuterProducts.BackwardRight(gradients.Workers, dy, A.Span, A.Columns, gradients[B]);
        }
    }
}
