using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Multi-head scaled dot-product attention of every token to the tokens of its own sequence.</summary>
public static class SelfAttention
{
    /// <summary>Applies attention.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="qkv">[tokens, 3 hidden]: query, key and value of a token side by side.</param>
    /// <param name="offsets">[sequences + 1]; no sequence is empty.</param>
    /// <param name="heads">Number of heads; divides hidden.</param>
    /// <param name="dropout">Dropout of the attention weights.</param>
    /// <returns>[tokens, hidden].</returns>
    /// <exception cref="QEngineException">
    /// The shapes do not fit together, or the offsets do not divide the tokens into sequences.
    /// </exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> qkv, ReadOnlyMemory<int> offsets, int heads, Dropout dropout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(SelfAttention), heads, 1);
        int hidden = qkv.Columns / 3;
        Guard.Columns(nameof(SelfAttention), qkv.Shape, 3 * (hidden / heads) * heads);
        Guard.Offsets(nameof(SelfAttention), offsets.Span, qkv.Rows);
        Tensor<T> y = tape.Output(new Shape(qkv.Rows, hidden), qkv);
        Tensor<T> logSumExp = tape.Save(y.NeedsGradient ? new Shape(heads, qkv.Rows) : default);
        Attention attention = new(heads, hidden, dropout);
        attention.Forward(tape.Workers, qkv.Span, offsets.Span, y.Span, logSumExp.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(attention, offsets, qkv, y, logSumExp));
        return y;
    }

    private readonly record struct Op<T>(
        Attention Attention, ReadOnlyMemory<int> Offsets, Tensor<T> Qkv, Tensor<T> Y, Tensor<T> LogSumExp) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(Qkv)) return;
            Attention.Backward(
                gradients.Workers, Qkv.Span, Offsets.Span, Y.Span, LogSumExp.Span, dy, gradients.Target(Qkv, out bool accumulate),
                accumulate);
        }
    }
}
