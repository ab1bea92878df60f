using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Rows of a matrix by index: y[r] = table[indices[r]].</summary>
public static class Gather
{
    /// <summary>Picks rows.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="table">[entries, columns].</param>
    /// <param name="indices">[rows], each 0 to entries - 1; must not change until the backward pass.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">An index lies outside the table.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> table, ReadOnlyMemory<int> indices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Indices(nameof(Gather), indices.Span, table.Rows);
        Tensor<T> y = tape.Output(new Shape(indices.Length, table.Columns), table);
        EmbeddingTable.Gather(tape.Workers, table.Span, indices.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(table, indices, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> Table, ReadOnlyMemory<int> Indices, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(Table)) return;
            EmbeddingTable.Scatter(gradients.Workers, Indices.Span, dy, gradients[Table]);
        }
    }
}
