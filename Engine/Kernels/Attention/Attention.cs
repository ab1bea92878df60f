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
internal readonly record struct Attention(int Heads, int Hidden, Dropout Dropout)
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="qkv">[tokens, 3 hidden]: a token's query, key and value, heads side by side in each.</param>
    /// <param name="offsets">[sequences + 1], ascending from 0 to the number of tokens.</param>
    /// <param name="output">[tokens, hidden].</param>
    /// <param name="logSumExp">[heads, tokens], for the backward pass; empty without one.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public void Forward<T>(WorkerPool workers, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, Span<T> output, Span<T> logSumExp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int sequences = Sequences(qkv, offsets, out int tokens);
        Require.Elements(output, (long)tokens * Hidden);
        Require.ElementsOrNone(logSumExp, (long)tokens * Heads);
        Require.Apart(output, qkv, logSumExp);
        Require.Apart(logSumExp, qkv);
        AttentionForward<T> kernel = new(this, qkv, offsets, output, logSumExp);
        RangeKernel.Run<AttentionForward<T>, T>(workers, sequences * Heads, Cost(tokens, sequences), ref kernel);
    }

    /// <summary>
    /// Backward, from P = softmax: dV = P'^T dO, dP = mask(dO V^T), dS = P (dP - rowsum(dO O)) / sqrt(d),
    /// dQ = dS K, dK = dS^T Q, where P' is P after dropout.
    /// </summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="qkv">[tokens, 3 hidden], the input.</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="output">[tokens, hidden], from the forward pass.</param>
    /// <param name="logSumExp">[heads, tokens], from the forward pass.</param>
    /// <param name="doutput">[tokens, hidden].</param>
    /// <param name="dqkv">[tokens, 3 hidden].</param>
    /// <param name="accumulate">Add to dqkv instead of replacing it.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, ReadOnlySpan<T> output, ReadOnlySpan<T> logSumExp,
        ReadOnlySpan<T> doutput, Span<T> dqkv, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int sequences = Sequences(qkv, offsets, out int tokens);
        Require.Elements(output, (long)tokens * Hidden);
        Require.Elements(logSumExp, (long)tokens * Heads);
        Require.Elements(doutput, output.Length);
        Require.Elements(dqkv, qkv.Length);
        Require.Apart(dqkv, qkv, output, logSumExp, doutput);
        AttentionBackward<T> kernel = new(this, qkv, offsets, output, logSumExp, doutput, dqkv, accumulate);
        RangeKernel.Run<AttentionBackward<T>, T>(workers, sequences * Heads, 2 * Cost(tokens, sequences), ref kernel);
    }

    private int Sequences<T>(ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, out int tokens)
    {
        Require.Range(Heads, 1, int.MaxValue);
        if (Hidden % Heads != 0)
            throw new ArgumentException($"expected a hidden size that {Heads} heads divide, found {Hidden}", nameof(qkv));
        int sequences = Require.Offsets(offsets, out tokens);
        Require.Elements(qkv, 3L * Hidden * tokens);
        return sequences;
    }

    /// <summary>Elements an item of average length touches, a score counting several for its exponential.</summary>
    private long Cost(int tokens, int sequences)
    {
        long length = tokens / Math.Max(1, sequences);
        return 4 * length * (length + (Hidden / Heads));
    }
}
