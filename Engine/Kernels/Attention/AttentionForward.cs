using System.Numerics;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>The forward pass of <see cref="Attention"/>; a unit is one head of one sequence.</summary>
internal readonly ref struct AttentionForward<T>(
    Attention attention, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, Span<T> output, Span<T> logSumExp) : IRangeKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _qkv = qkv;
    private readonly ReadOnlySpan<int> _offsets = offsets;
    private readonly Span<T> _output = output, _logSumExp = logSumExp;

    void IRangeKernel<T>.Run<TLane>(int from, int to)
    {
        for (int item = from; item < to; item++) Item<TLane>(new AttentionBlock(attention, _offsets, item), item);
    }

    private readonly struct Keys;

    private readonly struct Values;

    private readonly struct Queries;

    private readonly struct Weights;

    private readonly struct Outputs;

    private void Item<TLane>(AttentionBlock block, int item)
        where TLane : struct, ILane<TLane, T>
    {
        int n = block.Length;
        int d = block.Width;
        int columns = GemmTile<TLane, T>.Columns;
        Span<T> keys = Scratch<Keys, T>.Rent(n * d);
        Span<T> values = Scratch<Values, T>.Rent(n * d);
        Span<T> queries = Scratch<Queries, T>.Rent(d * columns);
        Span<T> weights = Scratch<Weights, T>.Rent(n * columns);
        Span<T> outputs = Scratch<Outputs, T>.Rent(d * columns);
        GemmPacking.PackLines<TLane, T>(block.View(_qkv, 1), 0, n, 0, d, keys);
        GemmPacking.PackLines<TLane, T>(block.View(_qkv, 2).Transposed, 0, d, 0, n, values);
        for (int first = 0; first < n; first += columns)
        {
            int count = Math.Min(columns, n - first);
            GemmPacking.Pack(block.View(_qkv, 0), first, 0, d, columns, queries);
            GemmTile<TLane, T>.MultiplyPanel(n, d, keys, queries, weights);
            Span<T> logSumExp = _logSumExp.IsEmpty ? default : block.LogSumExp(_logSumExp, _offsets[^1]).Slice(first, count);
            (TLane left, TLane right) = Softmax<TLane>(block, weights, logSumExp, count);
            if (attention.Dropout.Active) Mask(item, n, first, count, columns, weights);
            GemmTile<TLane, T>.MultiplyPanel(d, n, values, weights, outputs);
            Write<TLane>(block, outputs, left, right, first, count);
        }
    }

    /// <summary>Replaces every column of scores by e^(score - max); the inverses of the columns' sums are returned.</summary>
    private static (TLane Left, TLane Right) Softmax<TLane>(AttentionBlock block, Span<T> scores, Span<T> logSumExp, int count)
        where TLane : struct, ILane<TLane, T>
    {
        ref T first = ref MemoryMarshal.GetReference(scores);
        ref T second = ref scores[TLane.Count];
        TLane scale = TLane.Splat(T.One / T.Sqrt(T.CreateTruncating(block.Width)));
        (TLane leftMax, TLane leftSum) = AttentionColumns<TLane, T>.Exponentials(ref first, block.Length, scale);
        (TLane rightMax, TLane rightSum) = AttentionColumns<TLane, T>.Exponentials(ref second, block.Length, scale);
        if (!logSumExp.IsEmpty)
        {
            Lanes<TLane, T>.Put(leftMax + Functions<TLane, T>.Log(leftSum), ref logSumExp[0], count);
            if (count > TLane.Count)
                Lanes<TLane, T>.Put(rightMax + Functions<TLane, T>.Log(rightSum), ref logSumExp[TLane.Count], count - TLane.Count);
        }
        TLane one = TLane.Splat(T.One);
        return (one / leftSum, one / rightSum);
    }

    private void Mask(int item, int n, int first, int count, int columns, Span<T> weights)
    {
        for (int key = 0; key < n; key++)
            attention.Dropout.Mask(((long)item << 32) + ((long)key * n) + first, weights.Slice(key * columns, count));
    }

    /// <summary>Scales the columns and writes them as rows.</summary>
    private void Write<TLane>(AttentionBlock block, Span<T> outputs, TLane left, TLane right, int first, int count)
        where TLane : struct, ILane<TLane, T>
    {
        int columns = GemmTile<TLane, T>.Columns;
        for (int i = 0; i < outputs.Length; i += columns)
        {
            (left * TLane.Load(ref outputs[i])).Store(ref outputs[i]);
            (right * TLane.Load(ref outputs[i + TLane.Count])).Store(ref outputs[i + TLane.Count]);
        }
        Span<T> target = _output[block.Output(first)..];
        GemmPacking.Transpose(
            new MatrixView<T>(outputs, block.Width, columns), 0, 0, block.Width, count, ref MemoryMarshal.GetReference(target),
            attention.Hidden);
    }
}
