using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Rows of a matrix by index: y[r] = table[indices[r]].</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Gather<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _table, _y;
    private readonly ReadOnlyMemory<int> _indices;

    private Gather(Tensor<T> table, ReadOnlyMemory<int> indices, Tensor<T> y) => (_table, _indices, _y) = (table, indices, y);

    /// <summary>Picks rows.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="table">[entries, columns].</param>
    /// <param name="indices">[rows], each 0 to entries - 1; must not change until the backward pass.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">An index lies outside the table.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> table, ReadOnlyMemory<int> indices)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Indices(nameof(Gather<T>), indices.Span, table.Rows);
        Tensor<T> y = tape.Output(new Shape(indices.Length, table.Columns), table.NeedsGradient);
        EmbeddingTable.Gather(tape.Workers, table.Span, indices.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Gather<T>(table, indices, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_table)) return;
        EmbeddingTable.Scatter(gradients.Workers, _indices.Span, dy, gradients[_table]);
    }
}
