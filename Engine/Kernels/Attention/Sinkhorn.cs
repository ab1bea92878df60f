using System.Numerics;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Sinkhorn's normalisation of square matrices: e^x, whose rows and columns are divided by their sums in turn, first and last the rows
/// (Sander et al., arXiv 2110.11773). With many steps both sum to 1.
/// </summary>
/// <remarks>On logarithms, so that large numbers do no harm. The backward pass normalises again and keeps the sums.</remarks>
internal static class Sinkhorn
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="size">n.</param>
    /// <param name="steps">Normalisations, an odd number.</param>
    /// <param name="x">[matrices, n, n].</param>
    /// <param name="y">[matrices, n, n].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, the steps are even, or y overlaps x.</exception>
    public static void Forward<T>(WorkerPool workers, int size, int steps, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int matrices = Check(size, steps, x);
        Require.Elements<T>(y, x.Length);
        Require.Apart(y, x);
        Kernel<T> kernel = new(size, steps, x, y, default, default);
        RangeKernel.Run<Kernel<T>, T>(workers, matrices, 16L * steps * size * size, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="size">n.</param>
    /// <param name="steps">Normalisations.</param>
    /// <param name="x">[matrices, n, n].</param>
    /// <param name="dy">[matrices, n, n].</param>
    /// <param name="dx">[matrices, n, n], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, the steps are even, or dx overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, int size, int steps, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int matrices = Check(size, steps, x);
        Require.Elements(dy, x.Length);
        Require.Elements<T>(dx, x.Length);
        Require.Apart(dx, x, dy);
        Kernel<T> kernel = new(size, steps, x, default, dy, dx);
        RangeKernel.Run<Kernel<T>, T>(workers, matrices, 32L * steps * size * size, ref kernel);
    }

    private static int Check<T>(int size, int steps, ReadOnlySpan<T> x)
    {
        Require.Range(size, 1, 1 << 15);
        Require.Range(steps, 1, int.MaxValue);
        Require.Equal(steps % 2, 1);
        return Require.Rows(x, size * size);
    }

    private readonly struct Buffer;

    private readonly ref struct Kernel<T>(int size, int steps, ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x, _dy = dy;
        private readonly Span<T> _y = y, _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int length = size * size;
            Span<T> all = Scratch<Buffer, T>.Rent((2 * length) + (steps * size));
            Span<T> logs = all[..length], gradient = all.Slice(length, length), sums = all[(2 * length)..];
            for (int matrix = from; matrix < to; matrix++)
            {
                _x.Slice(matrix * length, length).CopyTo(logs);
                for (int step = 0; step < steps; step++) Normalize(logs, step % 2 == 0, sums.Slice(step * size, size));
                if (_dx.IsEmpty)
                {
                    for (int i = 0; i < length; i++) _y[(matrix * length) + i] = T.Exp(logs[i]);
                    continue;
                }
                ReadOnlySpan<T> dy = _dy.Slice(matrix * length, length);
                for (int i = 0; i < length; i++) gradient[i] = dy[i] * T.Exp(logs[i]);
                for (int step = steps - 1; step >= 0; step--) Undo(logs, gradient, step % 2 == 0, sums.Slice(step * size, size));
                Rows<TLane, T>.Add(gradient, _dx.Slice(matrix * length, length));
            }
        }

        /// <summary>Takes the logarithm of its sum off every line, a row or a column.</summary>
        private void Normalize(Span<T> logs, bool byRows, Span<T> sums)
        {
            (int next, int step) = byRows ? (size, 1) : (1, size);
            for (int line = 0; line < size; line++)
            {
                Span<T> first = logs[(line * next)..];
                T max = T.NegativeInfinity, sum = T.Zero;
                for (int i = 0; i < size; i++) max = T.Max(max, first[i * step]);
                for (int i = 0; i < size; i++) sum += T.Exp(first[i * step] - max);
                sums[line] = max + T.Log(sum);
                for (int i = 0; i < size; i++) first[i * step] -= sums[line];
            }
        }

        /// <summary>The gradient before a normalisation, and the logarithms before it: d -= e^log times the sum of the line's d.</summary>
        private void Undo(Span<T> logs, Span<T> gradient, bool byRows, ReadOnlySpan<T> sums)
        {
            (int next, int step) = byRows ? (size, 1) : (1, size);
            for (int line = 0; line < size; line++)
            {
                Span<T> first = logs[(line * next)..], d = gradient[(line * next)..];
                T sum = T.Zero;
                for (int i = 0; i < size; i++) sum += d[i * step];
                for (int i = 0; i < size; i++)
                {
                    d[i * step] -= T.Exp(first[i * step]) * sum;
                    first[i * step] += sums[line];
                }
            }
        }
    }
}
