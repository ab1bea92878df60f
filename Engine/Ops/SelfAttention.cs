using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Multi-head scaled dot-product attention of every token to the tokens of its own sequence.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct SelfAttention<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Attention _attention;
    private readonly ReadOnlyMemory<int> _offsets;
    private readonly Tensor<T> _qkv, _y, _statistics;

    private SelfAttention(Attention attention, ReadOnlyMemory<int> offsets, Tensor<T> qkv, Tensor<T> y, Tensor<T> statistics) =>
        (_attention, _offsets, _qkv, _y, _statistics) = (attention, offsets, qkv, y, statistics);

    /// <summary>Applies attention.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="qkv">[tokens, 3 hidden]: query, key and value of a token side by side.</param>
    /// <param name="offsets">[sequences + 1]; no sequence is empty.</param>
    /// <param name="heads">Number of heads; divides hidden.</param>
    /// <param name="dropout">Dropout of the attention weights.</param>
    /// <returns>[tokens, hidden].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together, or the offsets do not divide the tokens into sequences.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> qkv, ReadOnlyMemory<int> offsets, int heads, Dropout dropout)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(SelfAttention<T>), heads, 1);
        int hidden = qkv.Columns / 3;
        Guard.Columns(nameof(SelfAttention<T>), qkv.Shape, 3 * (hidden / heads) * heads);
        Guard.Offsets(nameof(SelfAttention<T>), offsets.Span, qkv.Rows);
        Tensor<T> y = tape.Output(new Shape(qkv.Rows, hidden), qkv.NeedsGradient);
        Tensor<T> statistics = tape.Save(y.NeedsGradient ? new Shape(heads, qkv.Rows) : default);
        Attention attention = new(heads, hidden, dropout);
        attention.Forward(tape.Workers, qkv.Span, offsets.Span, y.Span, statistics.Span);
        if (y.NeedsGradient) tape.Record(new SelfAttention<T>(attention, offsets, qkv, y, statistics));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_qkv)) return;
        _attention.Backward(gradients.Workers, _qkv.Span, _offsets.Span, _y.Span, _statistics.Span, dy, gradients.Target(_qkv, out bool accumulate), accumulate);
    }
}
