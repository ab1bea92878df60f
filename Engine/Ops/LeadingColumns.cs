using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The first columns of every row.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct LeadingColumns<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _y;

    private LeadingColumns(Tensor<T> x, Tensor<T> y) => (_x, _y) = (x, y);

    /// <summary>Cuts the rows.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, all columns].</param>
    /// <param name="columns">How many columns to keep, from 1 to all.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">There are not that many columns.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, int columns)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(LeadingColumns<T>), columns, 1);
        Guard.AtLeast(nameof(LeadingColumns<T>), x.Columns, columns);
        Tensor<T> y = tape.Output(new Shape(x.Rows, columns), x.NeedsGradient);
        for (int row = 0; row < x.Rows; row++) x.Span.Slice(row * x.Columns, columns).CopyTo(y.Span[(row * columns)..]);
        if (y.NeedsGradient) tape.Record(new LeadingColumns<T>(x, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_x)) return;
        Span<T> dx = gradients[_x];
        for (int row = 0; row < _y.Rows; row++)
            for (int column = 0; column < _y.Columns; column++) dx[(row * _x.Columns) + column] += dy[(row * _y.Columns) + column];
    }
}
