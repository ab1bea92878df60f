using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The rows of several tensors, one after another.</summary>
public static class Concatenate
{
    /// <summary>Puts them together.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="parts">At least one, [rows, columns] each; must not change until the backward pass.</param>
    /// <returns>[all rows, columns].</returns>
    /// <exception cref="QEngineException">There is no part, or their columns differ.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, ReadOnlyMemory<Tensor<T>> parts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(Concatenate), parts.Length, 1);
        int rows = 0, columns = parts.Span[0].Columns;
        foreach (ref readonly Tensor<T> part in parts.Span)
        {
            Guard.Columns(nameof(Concatenate), part.Shape, columns);
            rows = checked(rows + part.Rows);
        }
        Tensor<T> y = tape.Output(new Shape(rows, columns), parts.Span);
        Span<T> rest = y.Span;
        foreach (ref readonly Tensor<T> part in parts.Span)
        {
            part.Span.CopyTo(rest);
            rest = rest[part.Shape.Length..];
        }
        if (y.NeedsGradient) tape.Record(new Op<T>(parts, y));
        return y;
    }

    private readonly record struct Op<T>(ReadOnlyMemory<Tensor<T>> Parts, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            foreach (ref readonly Tensor<T> part in Parts.Span)
            {
                if (gradients.Wants(part)) Kernels.Elementwise.Add(gradients.Workers, dy[..part.Shape.Length], gradients[part]);
                dy = dy[part.Shape.Length..];
            }
        }
    }
}
