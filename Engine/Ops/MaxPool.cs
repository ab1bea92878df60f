using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// The largest element of every column over each sequence's token vectors; its gradient goes to the first token that has it.
/// </summary>
/// <remarks>The pooling <c>max_tokens</c> of sentence-transformers.</remarks>
public static class MaxPool
{
    /// <summary>Pools.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1]; no sequence is empty. Must not change until the backward pass.</param>
    /// <returns>[sequences, hidden].</returns>
    /// <exception cref="QEngineException">The offsets do not divide the tokens into sequences.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Offsets(nameof(MaxPool), offsets.Span, x.Rows);
        Shape pooled = new(offsets.Length - 1, x.Columns);
        Tensor<T> y = tape.Output(pooled, x), argmax = tape.Save(pooled);
        MaxPooling.Forward(tape.Workers, x.Span, offsets.Span, y.Span, argmax.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, offsets, argmax, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, ReadOnlyMemory<int> Offsets, Tensor<T> Argmax, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            MaxPooling.Backward(gradients.Workers, dy, Offsets.Span, Argmax.Span, gradients[X]);
        }
    }
}
