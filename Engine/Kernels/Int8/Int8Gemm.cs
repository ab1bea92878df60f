using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// C = f(A W^T) in eight bits: each row of A is quantised (<see cref="Int8Codes"/>), products are added up exactly in 32 bits, and every
/// sum is scaled by its row's and its column's scale before f is applied.
/// </summary>
/// <remarks>
/// Weights symmetric with a scale for every output, activations with a scale and a zero for every row, taken from the row itself: what is
/// called W8A8 with dynamic per-token quantisation (Dettmers et al., arXiv 2208.07339; Yao et al., arXiv 2206.01861). Inputs may be evened
/// out before, each divided by a scale that its weights were multiplied by (SmoothQuant; Xiao et al., arXiv 2211.10438). Sums are whole
/// numbers, and scaling is two single multiplications, so that the scaled sums are the same bits on every processor, at any thread count,
/// and for a row alone and in any batch.
/// </remarks>
internal static class Int8Gemm
{
    /// <summary>Computes C = f(A W^T).</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="a">[rows, inputs]; a row with a number that is not finite, or whose range is not, gives NaN.</param>
    /// <param name="weights">W, [outputs, inputs].</param>
    /// <param name="c">[rows, outputs].</param>
    /// <param name="epilogue">f, done to a block as soon as it is complete.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Multiply<TEpilogue>(
        WorkerPool workers, ReadOnlySpan<float> a, PackedInt8Matrix weights, Span<float> c, TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<float>, IGemmLane<float>, allows ref struct
    {
        Work<TEpilogue> work = new(workers, a, weights, c, epilogue);
        work.Check();
        if (!c.IsEmpty) Tier.RunBytes(ref work);
    }

    /// <summary>The arguments of a product.</summary>
    internal readonly ref struct Work<TEpilogue>(
        WorkerPool workers, ReadOnlySpan<float> a, PackedInt8Matrix weights, Span<float> c, TEpilogue epilogue) : IByteWork
        where TEpilogue : struct, IGemmEpilogue<float>, IGemmLane<float>, allows ref struct
    {
        private readonly ReadOnlySpan<float> _a = a;
        private readonly Span<float> _c = c;
        private readonly TEpilogue _epilogue = epilogue;

        public void Check()
        {
            int rows = Require.Rows(_a, weights.Columns, "a");
            Require.Elements<float>(_c, (long)rows * weights.Rows, "c");
            Require.Apart<float>(_c, _a, parameter: "c");
            _epilogue.Check(rows, weights.Rows, _c);
            Require.Apart(_epilogue.Output, _a, parameter: "epilogue");
        }

        public void Run<TLane, TProducts, TSums>()
            where TLane : struct, ILane<TLane, float>
            where TProducts : struct, IByteProducts<TSums>
            where TSums : struct =>
            Int8Blocks<TLane, TProducts, TSums>.Run(workers, _a, weights, _c, in _epilogue);
    }
}
