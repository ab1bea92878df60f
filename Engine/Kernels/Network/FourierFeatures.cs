using System.Numerics;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Every number as the functions of a trigonometric polynomial of degree r: cos x, sin x, cos 2x, sin 2x up to cos rx, sin rx, after 1 if
/// the polynomial has a constant.
/// </summary>
/// <remarks>
/// Multiples of the angle by the addition theorem, one after another: the error grows with the degree by a rounding or two each.
/// </remarks>
internal static class FourierFeatures
{
    private const int Chunk = 256;

    /// <summary>Functions of a degree.</summary>
    public static int Count(int degree, bool hasConstant) => (2 * degree) + (hasConstant ? 1 : 0);

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="degree">r, at least 1.</param>
    /// <param name="hasConstant">Whether there is a constant.</param>
    /// <param name="x">[n].</param>
    /// <param name="y">[n, functions].</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or y overlaps x.</exception>
    public static void Forward<T>(WorkerPool workers, int degree, bool hasConstant, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(degree, 1, int.MaxValue / 4);
        Require.Elements<T>(y, (long)x.Length * Count(degree, hasConstant));
        Require.Apart(y, x);
        ForwardKernel<T> kernel = new(degree, hasConstant, x, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, (x.Length + Chunk - 1) / Chunk, (long)Chunk * Count(degree, hasConstant), ref kernel);
    }

    /// <summary>Backward: dx += sum over k of k (cos kx dsin - sin kx dcos).</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="degree">r.</param>
    /// <param name="hasConstant">Whether there is a constant.</param>
    /// <param name="y">[n, functions], the result of the forward pass.</param>
    /// <param name="dy">[n, functions].</param>
    /// <param name="dx">[n], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or dx overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, int degree, bool hasConstant, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(degree, 1, int.MaxValue / 4);
        Require.Elements(y, (long)dx.Length * Count(degree, hasConstant));
        Require.Elements(dy, y.Length);
        Require.Apart(dx, y, dy);
        BackwardKernel<T> kernel = new(degree, hasConstant, y, dy, dx);
        long cost = 2L * Chunk * Count(degree, hasConstant);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, (dx.Length + Chunk - 1) / Chunk, cost, ref kernel);
    }

    private readonly struct Buffer;

    private readonly ref struct ForwardKernel<T>(int degree, bool hasConstant, ReadOnlySpan<T> x, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int functions = Count(degree, hasConstant), end = Math.Min(to * Chunk, _x.Length);
            Span<T> lanes = Scratch<Buffer, T>.Rent(functions * TLane.Count);
            for (int i = from * Chunk; i < end; i += TLane.Count)
            {
                int count = Math.Min(TLane.Count, end - i);
                Fill<TLane>(TLane.LoadPartial(in _x[i], count, T.Zero), lanes);
                Span<T> y = _y.Slice(i * functions, count * functions);
                for (int element = 0, place = 0; element < count; element++)
                    for (int f = 0; f < functions; f++) y[place++] = lanes[(f * TLane.Count) + element];
            }
        }

        private void Fill<TLane>(TLane x, Span<T> lanes)
            where TLane : struct, ILane<TLane, T>
        {
            ref T next = ref MemoryMarshal.GetReference(lanes);
            TLane.Splat(T.One).Store(ref next);
            int first = hasConstant ? 1 : 0;
            TLane sin = Functions<TLane, T>.SinCos(Functions<TLane, T>.WithoutTurns(x), out TLane cos), c = cos, s = sin;
            for (int k = 1; k <= degree; k++)
            {
                c.Store(ref lanes[(first + (2 * k) - 2) * TLane.Count]);
                s.Store(ref lanes[(first + (2 * k) - 1) * TLane.Count]);
                (c, s) = ((c * cos) - (s * sin), TLane.MultiplyAdd(s, cos, c * sin));
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(int degree, bool hasConstant, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _y = y, _dy = dy;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int functions = Count(degree, hasConstant);
            for (int i = from * Chunk; i < Math.Min(to * Chunk, _dx.Length); i++)
            {
                ReadOnlySpan<T> y = _y.Slice(i * functions, functions), dy = _dy.Slice(i * functions, functions);
                T sum = T.Zero, factor = T.Zero;
                for (int f = hasConstant ? 1 : 0; f + 1 < y.Length && f + 1 < dy.Length; f += 2)
                {
                    factor += T.One;
                    sum += factor * ((y[f] * dy[f + 1]) - (y[f + 1] * dy[f]));
                }
                _dx[i] += sum;
            }
        }
    }
}
