using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Elementwise formulas over large spans, shared out over the workers. A result may take the place of an argument.</summary>
internal static class Elementwise
{
    private const int Chunk = 1 << 14, LongChunk = 1 << 18;

    /// <summary>y[i] = f(x[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or y overlaps an argument without being it.</exception>
    public static void Apply<TFormula, T>(WorkerPool workers, TFormula f, ReadOnlySpan<T> x, Span<T> y)
        where TFormula : struct, IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(y, x.Length);
        Require.SameOrApart(y, x);
        UnaryKernel<TFormula, T> kernel = new(f, x, y);
        RangeKernel.Run<UnaryKernel<TFormula, T>, T>(workers, Chunks(y.Length), Chunk, ref kernel);
    }

    /// <summary>y[i] = f(a[i], b[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or y overlaps an argument without being it.</exception>
    public static void Apply<TFormula, T>(WorkerPool workers, TFormula f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where TFormula : struct, IBinary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(a, y.Length);
        Require.Elements(b, y.Length);
        Require.SameOrApart(y, a);
        Require.SameOrApart(y, b);
        BinaryKernel<TFormula, T> kernel = new(f, a, b, y);
        RangeKernel.Run<BinaryKernel<TFormula, T>, T>(workers, Chunks(y.Length), Chunk, ref kernel);
    }

    /// <summary>y[i] = f(a[i], b[i], c[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or y overlaps an argument without being it.</exception>
    public static void Apply<TFormula, T>(
        WorkerPool workers, TFormula f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, Span<T> y)
        where TFormula : struct, ITernary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(a, y.Length);
        Require.Elements(b, y.Length);
        Require.Elements(c, y.Length);
        Require.SameOrApart(y, a);
        Require.SameOrApart(y, b);
        Require.SameOrApart(y, c);
        TernaryKernel<TFormula, T> kernel = new(f, a, b, c, y);
        RangeKernel.Run<TernaryKernel<TFormula, T>, T>(workers, Chunks(y.Length), Chunk, ref kernel);
    }

    /// <summary>y[i] += x[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Add<T>(WorkerPool workers, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply(workers, default(Sum<T>), x, y, y);

    /// <summary>x[i] = 0.</summary>
    public static void Clear<T>(WorkerPool workers, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ClearBody<T> body = new(x);
        workers.For((x.Length + LongChunk - 1) / LongChunk, ref body);
    }

    private static int Chunks(int length) => (int)(((long)length + Chunk - 1) / Chunk);

    private readonly ref struct UnaryKernel<TFormula, T>(TFormula f, ReadOnlySpan<T> x, Span<T> y) : IRangeKernel<T>
        where TFormula : struct, IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int start = from * Chunk;
            int count = Math.Min((to - from) * Chunk, _y.Length - start);
            Pointwise<TLane, T>.Apply(f, _x.Slice(start, count), _y.Slice(start, count));
        }
    }

    private readonly ref struct BinaryKernel<TFormula, T>(TFormula f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) : IRangeKernel<T>
        where TFormula : struct, IBinary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _a = a, _b = b;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int start = from * Chunk;
            int count = Math.Min((to - from) * Chunk, _y.Length - start);
            Pointwise<TLane, T>.Apply(f, _a.Slice(start, count), _b.Slice(start, count), _y.Slice(start, count));
        }
    }

    private readonly ref struct TernaryKernel<TFormula, T>(TFormula f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, Span<T> y)
        : IRangeKernel<T>
        where TFormula : struct, ITernary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _a = a, _b = b, _c = c;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int start = from * Chunk;
            int count = Math.Min((to - from) * Chunk, _y.Length - start);
            Pointwise<TLane, T>.Apply(f, _a.Slice(start, count), _b.Slice(start, count), _c.Slice(start, count), _y.Slice(start, count));
        }
    }

    private readonly ref struct ClearBody<T>(Span<T> x) : IParallelBody
        where T : unmanaged
    {
        private readonly Span<T> _x = x;

        public void Invoke(int item) => _x.Slice(item * LongChunk, Math.Min(LongChunk, _x.Length - (item * LongChunk))).Clear();
    }
}
