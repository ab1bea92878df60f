using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The rows of two tensors side by side.</summary>
internal static class JoinColumns
{
    /// <summary>Puts them side by side.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="left">[rows, m].</param>
    /// <param name="right">[rows, n].</param>
    /// <returns>[rows, m + n].</returns>
    /// <exception cref="QEngineException">The rows differ.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> left, Tensor<T> right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Length(nameof(JoinColumns), right.Rows, left.Rows);
        Tensor<T> y = tape.Output(new Shape(left.Rows, checked(left.Columns + right.Columns)), left, right);
        ColumnBlock.Put<T>(left.Span, y.Span, y.Columns, 0, left.Columns, accumulate: false);
        ColumnBlock.Put<T>(right.Span, y.Span, y.Columns, left.Columns, right.Columns, accumulate: false);
        if (y.NeedsGradient) tape.Record(new Op<T>(left, right, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> Left, Tensor<T> Right, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            if (gradients.Wants(Left)) ColumnBlock.Take(dy, Y.Columns, 0, Left.Columns, gradients[Left], accumulate: true);
            if (gradients.Wants(Right)) ColumnBlock.Take(dy, Y.Columns, Left.Columns, Right.Columns, gradients[Right], accumulate: true);
        }
    }
}
