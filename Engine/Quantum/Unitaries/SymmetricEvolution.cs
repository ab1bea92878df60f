using System.Numerics;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>
/// States that evolve under data: the numbers of a row, and zeros after them, are a square matrix X, which made symmetric as
/// A = (X + X^T) / 2 takes the row's state psi to exp(i t A) psi. A state is its real parts and then its imaginary ones.
/// </summary>
/// <remarks>
/// A is decomposed once, A = V^T diag(values) V; every evolution under it, whatever t, is then a turn of the n numbers V psi. Gradient of A
/// (Daleckii and Krein, 1965): V^T M V with M[i, j] = -t sin(d) / d Im(b[i]* a[j]), d = t (values[i] - values[j]) / 2, where a is V psi
/// turned half the way and b the gradient's, turned half the way back.
/// </remarks>
internal static class SymmetricEvolution
{
    /// <summary>Decomposes the matrices.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="size">n.</param>
    /// <param name="columns">Numbers of a row, at most n n.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="values">[rows, n], receives the eigenvalues of A.</param>
    /// <param name="vectors">[rows, n, n], receives the eigenvectors, a row each.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    /// <exception cref="QEngineException">A number is not finite.</exception>
    public static void Decompose<T>(WorkerPool workers, int size, int columns, ReadOnlySpan<T> x, Span<T> values, Span<T> vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(columns, 1, (long)size * size);
        int rows = Require.Rows(x, columns);
        Require.Elements<T>(values, (long)rows * size);
        Require.Elements<T>(vectors, (long)rows * size * size);
        Require.Apart(values, x, vectors);
        Require.Apart(vectors, x);
        DecomposeKernel<T> kernel = new(size, columns, x, values, vectors);
        RangeKernel.Run<DecomposeKernel<T>, T>(workers, rows, 8L * size * size * size, ref kernel);
    }

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="size">n.</param>
    /// <param name="values">[rows, n].</param>
    /// <param name="vectors">[rows, n, n].</param>
    /// <param name="time">t.</param>
    /// <param name="states">[rows, 2 n].</param>
    /// <param name="y">[rows, 2 n].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or y overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, int size, ReadOnlySpan<T> values, ReadOnlySpan<T> vectors, T time, ReadOnlySpan<T> states, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(size, values, vectors, states);
        Require.Elements<T>(y, states.Length);
        Require.Apart(y, values, vectors, states);
        y.Clear();
        ForwardKernel<T> kernel = new(size, values, vectors, time, states, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, 4L * size * size, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="size">n.</param>
    /// <param name="values">[rows, n].</param>
    /// <param name="vectors">[rows, n, n].</param>
    /// <param name="time">t.</param>
    /// <param name="states">[rows, 2 n].</param>
    /// <param name="dy">[rows, 2 n].</param>
    /// <param name="dx">[rows, columns], added to; empty if not wanted.</param>
    /// <param name="dtimes">[rows], added to: every row's share of the gradient of t; empty if not wanted.</param>
    /// <param name="dstates">[rows, 2 n], added to; empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or a gradient overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, int size, ReadOnlySpan<T> values, ReadOnlySpan<T> vectors, T time, ReadOnlySpan<T> states, ReadOnlySpan<T> dy,
        Span<T> dx, Span<T> dtimes, Span<T> dstates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(size, values, vectors, states);
        Require.Elements(dy, states.Length);
        int columns = Require.Columns<T>(dx, rows);
        Require.Range(columns, 0, (long)size * size, nameof(dx));
        Require.ElementsOrNone<T>(dtimes, rows);
        Require.ElementsOrNone<T>(dstates, states.Length);
        Require.Apart(dx, values, vectors, states, dy, dtimes);
        Require.Apart(dtimes, values, vectors, states, dy, dstates);
        Require.Apart(dstates, values, vectors, states, dy, dx);
        BackwardKernel<T> kernel = new(size, values, vectors, time, states, dy, dx, dtimes, dstates);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, rows, 8L * size * size, ref kernel);
    }

    private static int Check<T>(int size, ReadOnlySpan<T> values, ReadOnlySpan<T> vectors, ReadOnlySpan<T> states)
    {
        int rows = Require.Rows(states, 2 * size);
        Require.Elements(values, (long)rows * size);
        Require.Elements(vectors, (long)rows * size * size);
        return rows;
    }

    private readonly struct Buffer;

    private readonly ref struct DecomposeKernel<T>(int size, int columns, ReadOnlySpan<T> x, Span<T> values, Span<T> vectors)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _values = values, _vectors = vectors;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int length = size * size;
            Span<T> symmetric = Scratch<Buffer, T>.Rent(length);
            for (int row = from; row < to; row++)
            {
                _x.Slice(row * columns, columns).CopyTo(symmetric);
                symmetric[columns..].Clear();
                for (int i = 0; i < size; i++)
                {
                    for (int j = 0; j < i; j++)
                    {
                        ref T lower = ref symmetric[(i * size) + j], upper = ref symmetric[(j * size) + i];
                        lower = upper = (lower + upper) / (T.One + T.One);
                    }
                }
                SymmetricEigen.Decompose(
                    WorkerPool.Single, symmetric, size, _values.Slice(row * size, size), _vectors.Slice(row * length, length));
            }
        }
    }

    private readonly ref struct ForwardKernel<T>(
        int size, ReadOnlySpan<T> values, ReadOnlySpan<T> vectors, T time, ReadOnlySpan<T> states, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _values = values, _vectors = vectors, _states = states;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            Span<T> turned = Scratch<Buffer, T>.Rent(2 * size);
            for (int row = from; row < to; row++)
            {
                EigenBasis<TLane, T> basis = new(_values.Slice(row * size, size), _vectors.Slice(row * size * size, size * size));
                basis.Enter(_states.Slice(row * 2 * size, 2 * size), turned);
                basis.Turn(time, turned);
                basis.AddLeft(turned, _y.Slice(row * 2 * size, 2 * size));
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(
        int size, ReadOnlySpan<T> values, ReadOnlySpan<T> vectors, T time, ReadOnlySpan<T> states, ReadOnlySpan<T> dy, Span<T> dx,
        Span<T> dtimes, Span<T> dstates) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _values = values, _vectors = vectors, _states = states, _dy = dy;
        private readonly Span<T> _dx = dx, _dtimes = dtimes, _dstates = dstates;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            T half = time / (T.One + T.One);
            Span<T> all = Scratch<Buffer, T>.Rent((4 * size) + (2 * size * size));
            Span<T> a = all[..(2 * size)], b = all.Slice(2 * size, 2 * size), work = all[(4 * size)..];
            int columns = _dx.Length / (_states.Length / (2 * size));
            for (int row = from; row < to; row++)
            {
                EigenBasis<TLane, T> basis = new(_values.Slice(row * size, size), _vectors.Slice(row * size * size, size * size));
                basis.Enter(_states.Slice(row * 2 * size, 2 * size), a);
                basis.Enter(_dy.Slice(row * 2 * size, 2 * size), b);
                basis.Turn(half, a);
                basis.Turn(-half, b);
                if (!_dtimes.IsEmpty) _dtimes[row] += basis.TimeGradient(a, b);
                if (!_dx.IsEmpty) basis.AddMatrixGradient(time, a, b, work, _dx.Slice(row * columns, columns));
                if (_dstates.IsEmpty) continue;
                basis.Turn(-half, b);
                basis.AddLeft(b, _dstates.Slice(row * 2 * size, 2 * size));
            }
        }
    }
}
