using System.Numerics;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Every number as the functions of a trigonometric polynomial of degree r: 1, cos x, sin x, cos 2x, sin 2x up to cos rx, sin rx.
/// </summary>
/// <remarks>
/// Multiples of the angle by the addition theorem, one after another: the error grows with the degree by a rounding or two each.
/// </remarks>
internal static class FourierFeatures
{
    private const int Chunk = 256;

    /// <summary>Functions of a degree.</summary>
    public static int Count(int degree) => (2 * degree) + 1;

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="degree">r, at least 0.</param>
    /// <param name="x">[n].</param>
    /// <param name="y">[n, 2r + 1].</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or y overlaps x.</exception>
    public static void Forward<T>(WorkerPool workers, int degree, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(degree, 0, int.MaxValue / 4);
        Require.Elements<T>(y, (long)x.Length * Count(degree));
        Require.Apart(y, x);
        ForwardKernel<T> kernel = new(degree, x, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, (x.Length + Chunk - 1) / Chunk, (long)Chunk * Count(degree), ref kernel);
    }

    /// <summary>Backward: dx += sum over k of k (cos kx dsin - sin kx dcos).</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="degree">r.</param>
    /// <param name="y">[n, 2r + 1], the result of the forward pass.</param>
    /// <param name="dy">[n, 2r + 1].</param>
    /// <param name="dx">[n], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or dx overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, int degree, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(degree, 0, int.MaxValue / 4);
        Require.Elements(y, (long)dx.Length * Count(degree));
        Require.Elements(dy, y.Length);
        Require.Apart(dx, y, dy);
        BackwardKernel<T> kernel = new(degree, y, dy, dx);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, (dx.Length + Chunk - 1) / Chunk, 2L * Chunk * Count(degree), ref kernel);
    }

    private readonly struct Buffer;

    private readonly ref struct ForwardKernel<T>(int degree, ReadOnlySpan<T> x, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int functions = Count(degree), end = Math.Min(to * Chunk, _x.Length);
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
            if (degree == 0) return;
            TLane sin = Functions<TLane, T>.SinCos(Functions<TLane, T>.WithoutTurns(x), out TLane cos), c = cos, s = sin;
            for (int k = 1; k <= degree; k++)
            {
                c.Store(ref lanes[((2 * k) - 1) * TLane.Count]);
                s.Store(ref lanes[2 * k * TLane.Count]);
                (c, s) = ((c * cos) - (s * sin), TLane.MultiplyAdd(s, cos, c * sin));
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(int degree, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _y = y, _dy = dy;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int functions = Count(degree);
            for (int i = from * Chunk; i < Math.Min(to * Chunk, _dx.Length); i++)
            {
                ReadOnlySpan<T> y = _y.Slice(i * functions, functions), dy = _dy.Slice(i * functions, functions);
                T sum = T.Zero, factor = T.Zero;
                for (int f = 1; f + 1 < y.Length && f + 1 < dy.Length; f += 2)
                {
                    factor += T.One;
                    sum += factor * ((y[f] * dy[f + 1]) - (y[f + 1] * dy[f]));
                }
                _dx[i] += sum;
            }
        }
    }
}
