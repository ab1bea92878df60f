using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The largest element of every column over each sequence's token vectors; its gradient goes to the first token that has it.</summary>
/// <remarks>The pooling <c>max_tokens</c> of sentence-transformers.</remarks>
/// <typeparam name="T">The element.</typeparam>
public readonly struct MaxPool<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _places, _y;
    private readonly ReadOnlyMemory<int> _offsets;

    private MaxPool(Tensor<T> x, ReadOnlyMemory<int> offsets, Tensor<T> places, Tensor<T> y) => (_x, _offsets, _places, _y) = (x, offsets, places, y);

    /// <summary>Pools.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1]; no sequence is empty. Must not change until the backward pass.</param>
    /// <returns>[sequences, hidden].</returns>
    /// <exception cref="QEngineException">The offsets do not divide the tokens into sequences.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Offsets(nameof(MaxPool<T>), offsets.Span, x.Rows);
        Shape pooled = new(offsets.Length - 1, x.Columns);
        Tensor<T> y = tape.Output(pooled, x.NeedsGradient), places = tape.Save(pooled);
        MaxPooling.Forward(tape.Workers, x.Span, offsets.Span, y.Span, places.Span);
        if (y.NeedsGradient) tape.Record(new MaxPool<T>(x, offsets, places, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_x)) return;
        MaxPooling.Backward(gradients.Workers, dy, _offsets.Span, _places.Span, gradients[_x]);
    }
}
