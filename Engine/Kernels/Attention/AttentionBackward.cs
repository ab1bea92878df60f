using System.Numerics;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The backward pass of <see cref="Attention"/>; a unit is one head of one sequence.</summary>
internal readonly ref struct AttentionBackward<T>(
    Attention attention, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, ReadOnlySpan<T> output, ReadOnlySpan<T> logSumExp,
    ReadOnlySpan<T> doutput, Span<T> dqkv, bool accumulate) : IRangeKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _qkv = qkv, _output = output, _logSumExp = logSumExp, _doutput = doutput;
    private readonly ReadOnlySpan<int> _offsets = offsets;
    private readonly Span<T> _dqkv = dqkv;

    void IRangeKernel<T>.Run<TLane>(int from, int to)
    {
        for (int item = from; item < to; item++) Item<TLane>(new AttentionBlock(attention, _offsets, item), item);
    }

    private readonly struct Buffers;

    /// <summary>What an item works in; [n, columns] and [d, columns] hold one block of queries as columns.</summary>
    private readonly ref struct Work
    {
        public Work(int n, int d, int columns)
        {
            Span<T> all = Scratch<Buffers, T>.Rent((3 * n * d) + (3 * d * columns) + (2 * n * columns) + columns);
            Keys = Take(ref all, n * d);
            Values = Take(ref all, n * d);
            KeyColumns = Take(ref all, n * d);
            Queries = Take(ref all, d * columns);
            Upstream = Take(ref all, d * columns);
            QueryGradients = Take(ref all, d * columns);
            Weights = Take(ref all, n * columns);
            Gradients = Take(ref all, n * columns);
            Deltas = all;
        }

        public Span<T> Keys { get; }

        public Span<T> Values { get; }

        public Span<T> KeyColumns { get; }

        public Span<T> Queries { get; }

        public Span<T> Upstream { get; }

        public Span<T> QueryGradients { get; }

        public Span<T> Weights { get; }

        public Span<T> Gradients { get; }

        public Span<T> Deltas { get; }

        private static Span<T> Take(scoped ref Span<T> all, int length)
        {
            Span<T> taken = all[..length];
            all = all[length..];
            return taken;
        }
    }

    private void Item<TLane>(AttentionBlock block, int item)
        where TLane : struct, ILane<TLane, T>
    {
        int n = block.Length;
        int d = block.Width;
        int columns = GemmTile<TLane, T>.Columns;
        Work work = new(n, d, columns);
        GemmPacking.PackLines<TLane, T>(block.View(_qkv, 1), 0, n, 0, d, work.Keys);
        GemmPacking.PackLines<TLane, T>(block.View(_qkv, 2), 0, n, 0, d, work.Values);
        GemmPacking.PackLines<TLane, T>(block.View(_qkv, 1).Transposed, 0, d, 0, n, work.KeyColumns);
        for (int first = 0; first < n; first += columns)
        {
            int count = Math.Min(columns, n - first);
            GemmPacking.Pack(block.View(_qkv, 0), first, 0, d, columns, work.Queries);
            GemmPacking.Pack(block.OutputView(_doutput), first, 0, d, columns, work.Upstream);
            GemmTile<TLane, T>.MultiplyPanel(n, d, work.Keys, work.Queries, work.Weights);
            GemmTile<TLane, T>.MultiplyPanel(n, d, work.Values, work.Upstream, work.Gradients);
            Scores<TLane>(block, work, item, first, count);
            GemmTile<TLane, T>.MultiplyPanel(d, n, work.KeyColumns, work.Gradients, work.QueryGradients);
            Write(block, work, first, count, columns);
        }
    }

    /// <summary>From scores and the gradients of the masked weights to the masked weights and the gradients of the scores.</summary>
    private void Scores<TLane>(AttentionBlock block, Work work, int item, int first, int count)
        where TLane : struct, ILane<TLane, T>
    {
        int columns = GemmTile<TLane, T>.Columns;
        work.Deltas.Clear();
        for (int i = 0; i < count; i++)
            work.Deltas[i] = Rows<TLane, T>.Dot(
                _doutput.Slice(block.Output(first + i), block.Width), _output.Slice(block.Output(first + i), block.Width));

        // A column without a query gets the weight e^-infinity.
        ReadOnlySpan<T> logSumExp = _logSumExp.Slice((block.Head * _offsets[^1]) + block.First + first, count);
        TLane scale = TLane.Splat(T.One / T.Sqrt(T.CreateTruncating(block.Width)));
        for (int i = 0; i < columns; i += TLane.Count)
        {
            TLane lane = i < count ? Lanes<TLane, T>.Take(in logSumExp[i], count - i, T.PositiveInfinity) : TLane.Splat(T.PositiveInfinity);
            AttentionColumns<TLane, T>.Weights(ref work.Weights[i], block.Length, scale, lane);
        }
        // The mask is applied to dP first; P itself is masked only for dV, and needed unmasked for dS.
        Mask(item, block.Length, first, count, columns, work.Gradients);
        for (int i = 0; i < columns; i += TLane.Count)
            AttentionColumns<TLane, T>.ScoreGradients(
                ref work.Weights[i], ref work.Gradients[i], block.Length, scale, TLane.Load(ref work.Deltas[i]));
        Mask(item, block.Length, first, count, columns, work.Weights);
    }

    private void Mask(int item, int n, int first, int count, int columns, Span<T> block)
    {
        if (!attention.Dropout.Active) return;
        for (int key = 0; key < n; key++)
            attention.Dropout.Mask(((long)item << 32) + ((long)key * n) + first, block.Slice(key * columns, count));
    }

    /// <summary>Adds this block's share to the keys' and values' gradients; its queries' are complete.</summary>
    private void Write(AttentionBlock block, Work work, int first, int count, int columns)
    {
        int n = block.Length, d = block.Width;
        bool add = accumulate || first > 0;
        MatrixView<T> weights = new(work.Weights, n, count, columns);
        MatrixView<T> gradients = new(work.Gradients, n, count, columns);
        MatrixView<T> upstream = new(_doutput[block.Output(first)..], count, d, attention.Hidden);
        MatrixView<T> queries = new(_qkv[block.Part(0, first)..], count, d, block.Stride);
        Gemm.Multiply(WorkerPool.Single, weights, upstream, _dqkv[block.Part(2, 0)..], block.Stride, add);
        Gemm.Multiply(WorkerPool.Single, gradients, queries, _dqkv[block.Part(1, 0)..], block.Stride, add);

        MatrixView<T> transposed = new(work.QueryGradients, d, columns);
        Span<T> target = _dqkv[block.Part(0, first)..];
        if (!accumulate)
        {
            GemmPacking.Transpose(transposed, 0, 0, d, count, ref MemoryMarshal.GetReference(target), block.Stride);
            return;
        }
        for (int i = 0; i < count; i++)
            for (int c = 0; c < d; c++) target[(i * block.Stride) + c] += work.QueryGradients[(c * columns) + i];
    }
}
