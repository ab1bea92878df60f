using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Elementwise formulas over large spans, shared out over the workers.</summary>
public static class Elementwise
{
    private const int Chunk = 1 << 14, LongChunk = 1 << 18;

    /// <summary>y[i] = f(x[i]).</summary>
    /// <typeparam name="TMap">The formula.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="f">The formula with its constants.</param>
    /// <param name="x">Arguments.</param>
    /// <param name="y">Results, as many; they may take the arguments' place.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Forward<TMap, T>(WorkerPool workers, TMap f, ReadOnlySpan<T> x, Span<T> y)
        where TMap : struct, IMap<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(workers);
        Require.Elements(y, x.Length);
        Require.SameOrApart(y, x);
        MapBody<TMap, T> body = new(f, x, y);
        workers.For((x.Length + Chunk - 1) / Chunk, ref body);
    }

    /// <summary>dx[i] = f(saved[i], dy[i], dx[i]).</summary>
    /// <typeparam name="TZip">The backward formula; it adds to its third argument.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="f">The formula with its constants.</param>
    /// <param name="saved">Argument or result of the forward formula, whichever f asks for.</param>
    /// <param name="dy">Gradient of the results.</param>
    /// <param name="dx">Gradient of the arguments, accumulated; it may be one of the other spans.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Backward<TZip, T>(WorkerPool workers, TZip f, ReadOnlySpan<T> saved, ReadOnlySpan<T> dy, Span<T> dx)
        where TZip : struct, IZip<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(workers);
        Require.Elements(saved, dx.Length);
        Require.Elements(dy, dx.Length);
        Require.SameOrApart(dx, saved);
        Require.SameOrApart(dx, dy);
        ZipBody<TZip, T> body = new(f, saved, dy, dx);
        workers.For((dx.Length + Chunk - 1) / Chunk, ref body);
    }

    /// <summary>x[i] = 0.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">The elements.</param>
    public static void Clear<T>(WorkerPool workers, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(workers);
        ClearBody<T> body = new(x);
        workers.For((x.Length + LongChunk - 1) / LongChunk, ref body);
    }

    private readonly ref struct ClearBody<T>(Span<T> x) : IParallelBody
        where T : unmanaged
    {
        private readonly Span<T> _x = x;

        public void Invoke(int item) => _x.Slice(item * LongChunk, Math.Min(LongChunk, _x.Length - (item * LongChunk))).Clear();
    }

    /// <summary>y[i] += x[i].</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">Summands.</param>
    /// <param name="y">Sums, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Add<T>(WorkerPool workers, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(y, x.Length);
        Require.SameOrApart(y, x);
        Backward(workers, default(Sum<T>), x, x, y);
    }

    private readonly struct Sum<T> : IZip<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane x, TLane unused, TLane y)
            where TLane : struct, ILane<TLane, T> => x + y;
    }

    private readonly ref struct MapBody<TMap, T>(TMap f, ReadOnlySpan<T> x, Span<T> y) : IParallelBody
        where TMap : struct, IMap<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        public void Invoke(int item)
        {
            int from = item * Chunk, count = Math.Min(Chunk, _x.Length - from);
            Map.Run(f, _x.Slice(from, count), _y.Slice(from, count));
        }
    }

    private readonly ref struct ZipBody<TZip, T>(TZip f, ReadOnlySpan<T> saved, ReadOnlySpan<T> dy, Span<T> dx) : IParallelBody
        where TZip : struct, IZip<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _saved = saved;
        private readonly ReadOnlySpan<T> _dy = dy;
        private readonly Span<T> _dx = dx;

        public void Invoke(int item)
        {
            int from = item * Chunk, count = Math.Min(Chunk, _dx.Length - from);
            Zip.Run(f, _saved.Slice(from, count), _dy.Slice(from, count), _dx.Slice(from, count));
        }
    }
}
