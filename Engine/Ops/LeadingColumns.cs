using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The first columns of every row.</summary>
public static class LeadingColumns
{
    /// <summary>Cuts the rows.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, all columns].</param>
    /// <param name="columns">How many columns to keep, from 1 to all.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">There are not that many columns.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(LeadingColumns), columns, 1);
        Guard.AtLeast(nameof(LeadingColumns), x.Columns, columns);
        Tensor<T> y = tape.Output(new Shape(x.Rows, columns), x);
        ColumnBlock.Take(x.Span, x.Columns, 0, columns, y.Span, accumulate: false);
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
            ColumnBlock.Put(dy, gradients[X], X.Columns, 0, Y.Columns, accumulate: true);
        }
    }
}
