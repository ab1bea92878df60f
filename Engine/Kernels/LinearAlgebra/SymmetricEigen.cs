using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>All eigenvalues and eigenvectors of a symmetric matrix (Golub and Van Loan, Matrix Computations, 8.3).</summary>
/// <remarks>
/// Householder's reflections make the matrix tridiagonal, implicit QL steps with Wilkinson's shift make that diagonal; both rotate the rows
/// that become the eigenvectors. About 8 n^3 operations. Values are right to the precision of the largest one.
/// </remarks>
internal static class SymmetricEigen
{
    // Two or three steps a value are usual.
    private const int MaxSteps = 60;

    // Elements for which waking another thread pays: these loops are short and follow each other closely.
    private const int ElementsPerItem = 1 << 18;

    /// <summary>Decomposes a matrix: A = V^T diag(values) V.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="a">[size, size], symmetric and finite; destroyed.</param>
    /// <param name="size">Rows of the matrix.</param>
    /// <param name="values">[size], receives the eigenvalues, descending.</param>
    /// <param name="vectors">[size, size], receives V: row i is the eigenvector of value i, of length 1 and arbitrary sign.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    /// <exception cref="QEngineException">
    /// The matrix is not finite, or so small that numbers near the smallest do not let it converge.
    /// </exception>
    public static void Decompose<T>(WorkerPool workers, Span<T> a, int size, Span<T> values, Span<T> vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(size, 0, int.MaxValue);
        Require.Elements(a, (long)size * size);
        Require.Elements(values, size);
        Require.Elements(vectors, (long)size * size);
        Require.Apart(a, values, vectors);
        Require.Apart(values, vectors);
        Span<T> off = Scratch<Off, T>.Rent(size + 1);
        Tridiagonalize(workers, a, size, values, off, vectors);
        Diagonalize(workers, size, values, off, vectors);
        Order(a, size, values, vectors);
    }

    /// <summary>A = Q T Q^T: the diagonal of T, the elements beside it, and the rows Q^T.</summary>
    private static void Tridiagonalize<T>(WorkerPool workers, Span<T> a, int size, Span<T> diagonal, Span<T> off, Span<T> reflected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        reflected.Clear();
        for (int i = 0; i < size; i++) reflected[(i * size) + i] = T.One;
        Span<T> products = Scratch<Products, T>.Rent(size);
        for (int column = 0; column + 1 < size; column++)
        {
            int rest = size - column - 1;
            Span<T> v = a.Slice((column * size) + column + 1, rest);
            Span<T> w = products[..rest];
            diagonal[column] = a[(column * size) + column];
            (off[column], T factor) = Reflect(v);
            if (factor == T.Zero) continue;
            // With H = 1 - f v v^T and p = f A v: H A H = A - v w^T - w v^T, w = p - (f p.v / 2) v.
            ProductKernel<T> product = new(a[((column + 1) * size)..], size, column + 1, v, factor, w);
            Run<ProductKernel<T>, T>(workers, rest, rest, ref product);
            T half = factor * Dot(v, w) / (T.One + T.One);
            for (int i = 0; i < rest; i++) w[i] -= half * v[i];
            UpdateKernel<T> update = new(a[((column + 1) * size)..], size, column + 1, v, w);
            Run<UpdateKernel<T>, T>(workers, rest, 2 * rest, ref update);
            ReflectKernel<T> reflect = new(reflected, size, column + 1, v, factor);
            Run<ReflectKernel<T>, T>(workers, size, 2 * rest, ref reflect);
        }
        if (size > 0) (diagonal[size - 1], off[size - 1]) = (a[(size * size) - 1], T.Zero);
        Transpose(reflected, size);
    }

    /// <summary>Replaces x by the vector v of the reflection that takes x to (alpha, 0, ..).</summary>
    private static (T Alpha, T Factor) Reflect<T>(Span<T> v)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T scale = T.Zero;
        foreach (T value in v[1..]) scale = T.Max(scale, T.Abs(value));
        if (scale == T.Zero) return (v[0], T.Zero);
        scale = T.Max(scale, T.Abs(v[0]));
        foreach (ref T value in v) value /= scale;
        T length = T.CopySign(T.Sqrt(Dot<T>(v, v)), v[0]);
        v[0] += length;
        return (-length * scale, T.One / (length * v[0]));
    }

    private static void Diagonalize<T>(WorkerPool workers, int size, Span<T> d, Span<T> e, Span<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = T.Zero;
        for (int i = 0; i < size; i++) max = T.Max(max, T.Abs(d[i]) + T.Abs(e[i]));
        if (!T.IsFinite(max)) throw new QEngineException($"eigenvectors: expected a matrix of finite numbers, found rows of size {max}");
        T bound = max * (T.BitIncrement(T.One) - T.One);
        Span<T> rotations = Scratch<Rotations, T>.Rent(2 * size);
        for (int first = 0; first < size; first++)
        {
            for (int step = 0; ; step++)
            {
                int last = first;
                while (last + 1 < size && T.Abs(e[last]) > bound) last++;
                if (last == first) break;
                if (step == MaxSteps)
                    throw new QEngineException(
                        $"eigenvectors: expected value {first} within {MaxSteps} steps, found none: rows are of size {max}");
                int from = Step(d, e, first, last, rotations);
                RotateKernel<T> rotate = new(rows, size, from, last, rotations, Math.Max(64, ElementsPerItem / (last - from + 1)));
                RangeKernel.Run<RotateKernel<T>, T>(workers, rotate.Strips, ElementsPerItem, ref rotate);
            }
        }
    }

    /// <summary>One implicit QL step on the block from first to last: a chain of rotations of the rows i and i + 1, i descending.</summary>
    /// <returns>The lowest i; above <paramref name="first"/> where the block falls in two on the way.</returns>
    private static int Step<T>(Span<T> d, Span<T> e, int first, int last, Span<T> rotations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T tangent = (d[first + 1] - d[first]) / (e[first] + e[first]);
        T g = d[last] - d[first] + (e[first] / (tangent + T.CopySign(T.Hypot(tangent, T.One), tangent)));
        T sin = T.One, cos = T.One, shift = T.Zero;
        for (int i = last - 1; i >= first; i--)
        {
            T f = sin * e[i];
            T b = cos * e[i];
            T r = T.Hypot(f, g);
            e[i + 1] = r;
            if (r == T.Zero)
            {
                d[i + 1] -= shift;
                e[last] = T.Zero;
                return i + 1;
            }
            (sin, cos) = (f / r, g / r);
            g = d[i + 1] - shift;
            r = ((d[i] - g) * sin) + ((cos + cos) * b);
            shift = sin * r;
            d[i + 1] = g + shift;
            g = (cos * r) - b;
            (rotations[2 * i], rotations[(2 * i) + 1]) = (cos, sin);
        }
        d[first] -= shift;
        (e[first], e[last]) = (g, T.Zero);
        return first;
    }

    /// <summary>Orders values and vectors; the matrix has served and lends its room.</summary>
    private static void Order<T>(Span<T> a, int size, Span<T> values, Span<T> vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<int> order = Scratch<Rotations, int>.Rent(size);
        for (int i = 0; i < size; i++) (order[i], values[i]) = (i, -values[i]);
        values[..size].Sort(order);
        vectors[..(size * size)].CopyTo(a);
        for (int i = 0; i < size; i++)
        {
            values[i] = -values[i];
            a.Slice(order[i] * size, size).CopyTo(vectors[(i * size)..]);
        }
    }

    private static void Transpose<T>(Span<T> a, int size)
        where T : unmanaged
    {
        for (int i = 0; i < size; i++)
            for (int j = 0; j < i; j++) (a[(i * size) + j], a[(j * size) + i]) = (a[(j * size) + i], a[(i * size) + j]);
    }

    private static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void Run<TKernel, T>(WorkerPool workers, int units, int unitCost, scoped ref TKernel kernel)
        where TKernel : struct, IRangeKernel<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RangeKernel.Run<TKernel, T>(
            (long)units * unitCost < 2 * ElementsPerItem ? WorkerPool.Single : workers, units, unitCost, ref kernel);

    private readonly struct Off;

    private readonly struct Products;

    private readonly struct Rotations;

    /// <summary>w = f A v; a unit is a row of A.</summary>
    private readonly ref struct ProductKernel<T>(ReadOnlySpan<T> a, int stride, int first, ReadOnlySpan<T> v, T factor, Span<T> w)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _a = a, _v = v;
        private readonly Span<T> _w = w;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int i = from; i < to; i++) _w[i] = factor * Rows<TLane, T>.Dot(_a.Slice((i * stride) + first, _v.Length), _v);
        }
    }

    /// <summary>A -= v w^T + w v^T; a unit is a row of A.</summary>
    private readonly ref struct UpdateKernel<T>(Span<T> a, int stride, int first, ReadOnlySpan<T> v, ReadOnlySpan<T> w) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<T> _a = a;
        private readonly ReadOnlySpan<T> _v = v, _w = w;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                Span<T> row = _a.Slice((i * stride) + first, _v.Length);
                Rows<TLane, T>.AddScaled(-_v[i], _w, row);
                Rows<TLane, T>.AddScaled(-_w[i], _v, row);
            }
        }
    }

    /// <summary>Q = Q H; a unit is a row of Q.</summary>
    private readonly ref struct ReflectKernel<T>(Span<T> q, int stride, int first, ReadOnlySpan<T> v, T factor) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<T> _q = q;
        private readonly ReadOnlySpan<T> _v = v;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                Span<T> row = _q.Slice((i * stride) + first, _v.Length);
                Rows<TLane, T>.AddScaled(-factor * Rows<TLane, T>.Dot(row, _v), _v, row);
            }
        }
    }

    /// <summary>A unit is a strip of columns, in which all rotations of a step are done one after the other.</summary>
    private readonly ref struct RotateKernel<T>(Span<T> rows, int size, int first, int last, ReadOnlySpan<T> rotations, int strip)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<T> _rows = rows;
        private readonly ReadOnlySpan<T> _rotations = rotations;

        public int Strips => (size + strip - 1) / strip;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int start = from * strip;
            int width = Math.Min(to * strip, size) - start;
            for (int i = last - 1; i >= first; i--)
            {
                Span<T> upper = _rows.Slice((i * size) + start, width);
                Span<T> lower = _rows.Slice(((i + 1) * size) + start, width);
                Loop<TLane> loop = new(upper, lower, _rotations[2 * i], _rotations[(2 * i) + 1]);
                LaneLoop<TLane, T>.Run(ref loop, 0, width);
            }
        }

        /// <summary>(x, y) = (cos x - sin y, sin x + cos y).</summary>
        private readonly ref struct Loop<TLane>(Span<T> x, Span<T> y, T cos, T sin) : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly ref T _x = ref MemoryMarshal.GetReference(x), _y = ref MemoryMarshal.GetReference(y);

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                ref T x = ref _x;
                ref T y = ref _y;
                TLane c = TLane.Splat(cos);
                TLane s = TLane.Splat(sin);
                for (int i = from; i < to; i += TLane.Count)
                {
                    TLane u = TPart.Take(ref Unsafe.Add(ref x, i), to - i);
                    TLane v = TPart.Take(ref Unsafe.Add(ref y, i), to - i);
                    TPart.Put((c * u) - (s * v), ref Unsafe.Add(ref x, i), to - i);
                    TPart.Put((s * u) + (c * v), ref Unsafe.Add(ref y, i), to - i);
                }
            }
        }
    }
}
