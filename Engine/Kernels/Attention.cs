using System.Numerics;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Multi-head scaled dot-product attention over packed sequences: O = dropout(softmax(Q K^T / sqrt(d))) V for each
/// sequence and head (Vaswani et al., arXiv 1706.03762).
/// </summary>
/// <remarks>
/// Tokens attend within their own sequence; there is no padding and no mask. One (sequence, head) pair is one item of
/// work. Kept for the backward pass is one number per token and head, the logarithm of the softmax's denominator;
/// the weights are computed again from it.
/// </remarks>
/// <param name="Heads">Number of heads; divides the hidden size.</param>
/// <param name="Hidden">Hidden size.</param>
/// <param name="Dropout">Dropout of the attention weights.</param>
public readonly record struct Attention(int Heads, int Hidden, Dropout Dropout)
{
    /// <summary>Forward.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="qkv">[tokens, 3 hidden]: a token's query, key and value, heads side by side in each.</param>
    /// <param name="offsets">[sequences + 1], ascending from 0 to the number of tokens.</param>
    /// <param name="output">[tokens, hidden].</param>
    /// <param name="statistics">[heads, tokens], for the backward pass.</param>
    public void Forward<T>(WorkerPool workers, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, Span<T> output, Span<T> statistics)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ForwardKernel<T> kernel = new(this, qkv, offsets, output, statistics);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, (offsets.Length - 1) * Heads, Cost(offsets), ref kernel);
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
    /// <param name="dqkv">[tokens, 3 hidden], accumulated.</param>
    public void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, ReadOnlySpan<T> output, ReadOnlySpan<T> statistics, ReadOnlySpan<T> doutput, Span<T> dqkv)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BackwardKernel<T> kernel = new(this, qkv, offsets, output, statistics, doutput, dqkv);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, (offsets.Length - 1) * Heads, 2 * Cost(offsets), ref kernel);
    }

    private static long Cost(ReadOnlySpan<int> offsets)
    {
        int length = offsets[^1] / Math.Max(1, offsets.Length - 1);
        return 2L * length * length;
    }

    private readonly struct Weights;

    private readonly struct WeightGradients;

    /// <summary>One head of one sequence within the packed arrays.</summary>
    private readonly struct Block
    {
        private readonly int _hidden, _head;

        public Block(Attention attention, ReadOnlySpan<int> offsets, int item)
        {
            int sequence = item / attention.Heads;
            Head = item % attention.Heads;
            First = offsets[sequence];
            Length = offsets[sequence + 1] - First;
            Width = attention.Hidden / attention.Heads;
            (_hidden, _head) = (attention.Hidden, Head * Width);
        }

        public int First { get; }

        public int Length { get; }

        public int Width { get; }

        public int Head { get; }

        /// <summary>Where part 0 (query), 1 (key) or 2 (value) of this head starts in [tokens, 3 hidden].</summary>
        public int Start(int part) => (First * 3 * _hidden) + (part * _hidden) + _head;

        /// <summary>Where this head starts in [tokens, hidden].</summary>
        public int Output => (First * _hidden) + _head;

        public MatrixView<T> View<T>(ReadOnlySpan<T> qkv, int part)
            where T : unmanaged => new(qkv[Start(part)..], Length, Width, 3 * _hidden);

        public MatrixView<T> OutputView<T>(ReadOnlySpan<T> output)
            where T : unmanaged => new(output[Output..], Length, Width, _hidden);
    }

    private readonly ref struct ForwardKernel<T>(Attention attention, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, Span<T> output, Span<T> statistics) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _qkv = qkv;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<T> _output = output, _statistics = statistics;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            for (int item = from; item < to; item++) Item<TLane>(new Block(attention, _offsets, item), item);
        }

        private void Item<TLane>(Block block, int item)
            where TLane : struct, ILane<TLane, T>
        {
            int n = block.Length;
            T scale = T.One / T.Sqrt(T.CreateTruncating(block.Width));
            Span<T> weights = Scratch<Weights, T>.Rent(n * n);
            Span<T> statistics = _statistics.Slice((block.Head * _offsets[^1]) + block.First, n);
            Gemm.Multiply(WorkerPool.Single, block.View(_qkv, 0), block.View(_qkv, 1).Transposed, weights, n, accumulate: false);
            for (int i = 0; i < n; i++) statistics[i] = Softmax.Row<TLane, T>(scale, weights.Slice(i * n, n));
            if (attention.Dropout.Active) attention.Dropout.Mask((long)item << 32, weights);
            Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(weights, n, n), block.View(_qkv, 2), _output[block.Output..], attention.Hidden, accumulate: false);
        }
    }

    private readonly ref struct BackwardKernel<T>(
        Attention attention, ReadOnlySpan<T> qkv, ReadOnlySpan<int> offsets, ReadOnlySpan<T> output, ReadOnlySpan<T> statistics, ReadOnlySpan<T> doutput, Span<T> dqkv) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _qkv = qkv, _output = output, _statistics = statistics, _doutput = doutput;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<T> _dqkv = dqkv;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            for (int item = from; item < to; item++) Item<TLane>(new Block(attention, _offsets, item), item);
        }

        private void Item<TLane>(Block block, int item)
            where TLane : struct, ILane<TLane, T>
        {
            int n = block.Length, stride = 3 * attention.Hidden;
            T scale = T.One / T.Sqrt(T.CreateTruncating(block.Width));
            Span<T> p = Scratch<Weights, T>.Rent(n * n), dp = Scratch<WeightGradients, T>.Rent(n * n);
            MatrixView<T> weights = new(p, n, n), dweights = new(dp, n, n);
            MatrixView<T> q = block.View(_qkv, 0), k = block.View(_qkv, 1), v = block.View(_qkv, 2), dout = block.OutputView(_doutput);

            Recompute<TLane>(block, q, k, scale, p);
            Gemm.Multiply(WorkerPool.Single, dout, v.Transposed, dp, n, accumulate: false);
            if (attention.Dropout.Active)
            {
                // The mask is applied to dP first; P itself is masked only for dV, and needed unmasked for dS.
                attention.Dropout.Mask((long)item << 32, dp);
                ScoreGradients<TLane>(block, scale, p, dp);
                attention.Dropout.Mask((long)item << 32, p);
            }
            else
            {
                ScoreGradients<TLane>(block, scale, p, dp);
            }
            Gemm.Multiply(WorkerPool.Single, weights.Transposed, dout, _dqkv[block.Start(2)..], stride, accumulate: true);
            Gemm.Multiply(WorkerPool.Single, dweights, k, _dqkv[block.Start(0)..], stride, accumulate: true);
            Gemm.Multiply(WorkerPool.Single, dweights.Transposed, q, _dqkv[block.Start(1)..], stride, accumulate: true);
        }

        private void Recompute<TLane>(Block block, MatrixView<T> q, MatrixView<T> k, T scale, Span<T> p)
            where TLane : struct, ILane<TLane, T>
        {
            int n = block.Length;
            ReadOnlySpan<T> statistics = _statistics.Slice((block.Head * _offsets[^1]) + block.First, n);
            Gemm.Multiply(WorkerPool.Single, q, k.Transposed, p, n, accumulate: false);
            for (int i = 0; i < n; i++) Softmax.ExpShifted<TLane, T>(scale, statistics[i], p.Slice(i * n, n));
        }

        /// <summary>dp becomes scale p (dp - rowsum(dO O)).</summary>
        private void ScoreGradients<TLane>(Block block, T scale, ReadOnlySpan<T> p, Span<T> dp)
            where TLane : struct, ILane<TLane, T>
        {
            int n = block.Length;
            for (int i = 0; i < n; i++)
            {
                int row = block.Output + (i * attention.Hidden);
                T delta = Rows.Dot<TLane, T>(_doutput.Slice(row, block.Width), _output.Slice(row, block.Width));
                Zip.Loop<SoftmaxGradient<T>, TLane, T>(new SoftmaxGradient<T>(scale, delta), p.Slice(i * n, n), p.Slice(i * n, n), dp.Slice(i * n, n));
            }
        }
    }

    private readonly struct SoftmaxGradient<T>(T scale, T delta) : IZip<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane p, TLane unused, TLane dp)
            where TLane : struct, ILane<TLane, T> =>
            TLane.Splat(scale) * p * (dp - TLane.Splat(delta));
    }
}
