using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Some neighbouring columns of every row.</summary>
internal static class SliceColumns
{
    /// <summary>Cuts them out.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, all columns].</param>
    /// <param name="first">The first of them, from 0.</param>
    /// <param name="columns">How many.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">There are not that many columns.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, int first, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(SliceColumns), first, 0);
        Guard.AtLeast(nameof(SliceColumns), columns, 0);
        Guard.AtLeast(nameof(SliceColumns), x.Columns, checked(first + columns));
        Tensor<T> y = tape.Output(new Shape(x.Rows, columns), x);
        ColumnBlock.Take(x.Span, x.Columns, first, columns, y.Span, accumulate: false);
        if (y.NeedsGradient) tape.Record(new Op<T>(first, x, y));
        return y;
    }

    private readonly record struct Op<T>(int First, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            ColumnBlock.Put(dy, gradients[X], X.Columns, First, Y.Columns, accumulate: true);
        }
    }
}
