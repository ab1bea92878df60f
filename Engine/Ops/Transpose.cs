using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Rows to columns.</summary>
internal static class Transpose
{
    /// <summary>Applies it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns].</param>
    /// <returns>[columns, rows].</returns>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Tensor<T> y = tape.Output(new Shape(x.Columns, x.Rows), x);
        Transposition.Apply(tape.Workers, x.Span, x.Columns, y.Span, accumulate: false);
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
            Span<T> dx = gradients.Target(X, out bool accumulate);
            Transposition.Apply(gradients.Workers, dy, Y.Columns, dx, accumulate);
        }
    }
}
