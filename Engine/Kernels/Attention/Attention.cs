using System.Numerics;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Multi-head scaled dot-product attention over packed sequences: O = dropout(softmax(Q K^T / sqrt(d))) V for each
/// sequence and head (Vaswani et al., arXiv 1706.03762).
/// </summary>
/// <remarks>
/// Tokens attend within their own sequence; there is no padding and no mask. One (sequence, head) pair is one item of
/// work. Scores exist for two lanes of queries at a time only, transposed: a query is a column, so the softmax goes
/// down the columns of a lane and what it leaves is the right operand of the next product as it lies there. Kept for the
/// backward pass is one number per token and head, the logarithm of the softmax's denominator; the weights are computed
/// again from it.
/// </remarks>
/// <param name="Heads">Number of heads; divides the hidden size.</param>
/// <param name="Hidden">Hidden size.</param>
/// <param name="Dropout">Dropout of the attention weights; the weight of key j for query i is element j n + i of the item's mask.</param>
public readonly record struct Attention(int Heads, int Hidden, Dropout Dropout)
{
    /// <summary>Forward.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="qkv">[tokens, 3 hidden]: a token's query, key and value, heads side by side in each.</param>
    /// <param name="offsets">[sequences + 1], ascending from 0 to the number of tokens.</param>
    /// <param name="output">[tokens, hidden].</param>
    /// <param name="statistics">[heads, tokens], for the backward pass; empty without one.</param>
    public void Forward<T>(WorkerPool workers, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, Span<T> output, Span<T> statistics)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        AttentionForward<T> kernel = new(this, qkv, offsets, output, statistics);
        RangeKernel.Run<AttentionForward<T>, T>(workers, (offsets.Length - 1) * Heads, Cost(offsets), ref kernel);
    }

    /// <summary>
    /// Backward, from P = softmax: dV = P'^T dO, dP = mask(dO V^T), dS = P (dP - rowsum(dO O)) / sqrt(d),
    /// dQ = dS K, dK = dS^T Q, where P' is P after dropout.
    /// </summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="qkv">[tokens, 3 hidden], the input.</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="output">[tokens, hidden], from the forward pass.</param>
    /// <param name="statistics">[heads, tokens], from the forward pass.</param>
    /// <param name="doutput">[tokens, hidden].</param>
    /// <param name="dqkv">[tokens, 3 hidden].</param>
    /// <param name="accumulate">Add to dqkv instead of replacing it.</param>
    public void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, ReadOnlySpan<T> output, ReadOnlySpan<T> statistics, ReadOnlySpan<T> doutput, Span<T> dqkv, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        AttentionBackward<T> kernel = new(this, qkv, offsets, output, statistics, doutput, dqkv, accumulate);
        RangeKernel.Run<AttentionBackward<T>, T>(workers, (offsets.Length - 1) * Heads, 2 * Cost(offsets), ref kernel);
    }

    /// <summary>Elements an item of average length touches, a score counting several for its exponential.</summary>
    private long Cost(ReadOnlySpan<int> offsets)
    {
        long length = offsets[^1] / Math.Max(1, offsets.Length - 1);
        return 4 * length * (length + (Hidden / Heads));
    }
}
