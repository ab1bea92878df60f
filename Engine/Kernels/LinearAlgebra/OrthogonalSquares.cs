using System.Numerics;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// The squares of the elements of Q, where x = Q R with R upper triangular: rows and columns of the result sum to 1, whatever the square
/// matrix x is (Born et al., arXiv 2504.16275).
/// </summary>
/// <remarks>
/// Gram and Schmidt's process, twice over. A column that depends on those before it is replaced by the unit vector that is furthest from
/// them; its gradient is taken as 0. Gradient (Walter and Lehmann, arXiv 1009.6112): with dQ and M = -dQ^T Q, whose lower triangle
/// mirrored is S, dx = (dQ + Q S) R^-T.
/// </remarks>
internal static class OrthogonalSquares
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="size">n.</param>
    /// <param name="x">[matrices, n, n].</param>
    /// <param name="y">[matrices, n, n].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or y overlaps x.</exception>
    public static void Forward<T>(WorkerPool workers, int size, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int matrices = Check(size, x);
        Require.Elements<T>(y, x.Length);
        Require.Apart(y, x);
        Kernel<T> kernel = new(size, x, y, default, default);
        RangeKernel.Run<Kernel<T>, T>(workers, matrices, 2L * size * size * size, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="size">n.</param>
    /// <param name="x">[matrices, n, n].</param>
    /// <param name="dy">[matrices, n, n].</param>
    /// <param name="dx">[matrices, n, n], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or dx overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, int size, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int matrices = Check(size, x);
        Require.Elements(dy, x.Length);
        Require.Elements<T>(dx, x.Length);
        Require.Apart(dx, x, dy);
        Kernel<T> kernel = new(size, x, default, dy, dx);
        RangeKernel.Run<Kernel<T>, T>(workers, matrices, 5L * size * size * size, ref kernel);
    }

    private static int Check<T>(int size, ReadOnlySpan<T> x)
    {
        Require.Range(size, 1, 1 << 15);
        return Require.Rows(x, size * size);
    }

    private readonly struct Buffer;

    private readonly ref struct Kernel<T>(int size, ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<T> dy, Span<T> dx) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x, _dy = dy;
        private readonly Span<T> _y = y, _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int length = size * size;
            Span<T> all = Scratch<Buffer, T>.Rent(4 * length);
            // Columns lie one after another, as rows of the transpose.
            Span<T> q = all[..length], r = all.Slice(length, length), g = all.Slice(2 * length, length), m = all[(3 * length)..];
            for (int matrix = from; matrix < to; matrix++)
            {
                int start = matrix * length;
                for (int i = 0; i < length; i++) q[(i % size * size) + (i / size)] = _x[start + i];
                Decompose<TLane>(q, r);
                if (_dx.IsEmpty)
                {
                    for (int i = 0; i < length; i++) _y[start + i] = q[(i % size * size) + (i / size)] * q[(i % size * size) + (i / size)];
                    continue;
                }
                T two = T.One + T.One;
                for (int i = 0; i < length; i++)
                    g[(i % size * size) + (i / size)] = two * q[(i % size * size) + (i / size)] * _dy[start + i];
                Differentiate<TLane>(q, r, g, m);
                for (int i = 0; i < length; i++) _dx[start + i] += g[(i % size * size) + (i / size)];
            }
        }

        /// <summary>Columns to orthonormal ones; r[k, j] is the part of column k along j, r[k, k] 0 if it depends on others.</summary>
        private void Decompose<TLane>(Span<T> q, Span<T> r)
            where TLane : struct, ILane<TLane, T>
        {
            // Of a column that is a sum of others, rounding leaves this much.
            T rounding = T.CreateTruncating(16.0 * size * (typeof(T) == typeof(float) ? 6e-8 : 1.2e-16));
            r.Clear();
            for (int k = 0; k < size; k++)
            {
                Span<T> column = q.Slice(k * size, size);
                T before = T.Sqrt(Rows<TLane, T>.Dot(column, column));
                RemoveOthers<TLane>(q, column, k, r.Slice(k * size, size));
                T after = T.Sqrt(Rows<TLane, T>.Dot(column, column));
                bool depends = !(after > rounding * before);
                if (depends && !T.IsNaN(after)) after = Replace<TLane>(q, column, k, r.Slice(k * size, size));
                r[(k * size) + k] = depends ? T.Zero : after;
                Rows<TLane, T>.Scale(T.One / after, column);
            }
        }

        private void RemoveOthers<TLane>(Span<T> q, Span<T> column, int k, Span<T> parts)
            where TLane : struct, ILane<TLane, T>
        {
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < k; j++)
                {
                    ReadOnlySpan<T> other = q.Slice(j * size, size);
                    T part = Rows<TLane, T>.Dot(other, column);
                    parts[j] += part;
                    Rows<TLane, T>.AddScaled(-part, other, column);
                }
            }
        }

        /// <summary>The unit vector with the least part along the columns before.</summary>
        /// <returns>Its length without that.</returns>
        private T Replace<TLane>(Span<T> q, Span<T> column, int k, Span<T> parts)
            where TLane : struct, ILane<TLane, T>
        {
            int best = 0;
            T least = T.PositiveInfinity;
            for (int i = 0; i < size; i++)
            {
                T sum = T.Zero;
                for (int j = 0; j < k; j++) sum += q[(j * size) + i] * q[(j * size) + i];
                if (sum < least) (best, least) = (i, sum);
            }
            column.Clear();
            column[best] = T.One;
            RemoveOthers<TLane>(q, column, k, parts);
            return T.Sqrt(Rows<TLane, T>.Dot(column, column));
        }

        /// <summary>From the gradient of Q to that of x, in place; both by columns.</summary>
        private void Differentiate<TLane>(ReadOnlySpan<T> q, ReadOnlySpan<T> r, Span<T> g, Span<T> m)
            where TLane : struct, ILane<TLane, T>
        {
            for (int i = 0; i < size; i++)
                for (int j = 0; j <= i; j++)
                    m[(i * size) + j] = m[(j * size) + i] = -Rows<TLane, T>.Dot(g.Slice(i * size, size), q.Slice(j * size, size));
            for (int k = 0; k < size; k++)
                for (int i = 0; i < size; i++)
                    Rows<TLane, T>.AddScaled(m[(i * size) + k], q.Slice(i * size, size), g.Slice(k * size, size));
            for (int k = size - 1; k >= 0; k--)
            {
                Span<T> column = g.Slice(k * size, size);
                for (int j = k + 1; j < size; j++) Rows<TLane, T>.AddScaled(-r[(j * size) + k], g.Slice(j * size, size), column);
                T diagonal = r[(k * size) + k];
                if (diagonal == T.Zero) column.Clear();
                else Rows<TLane, T>.Scale(T.One / diagonal, column);
            }
        }
    }
}
