using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The rows of each packed sequence added up and divided by its length or by the root of it.</summary>
internal static class MeanPooling
{
    /// <summary>y[s] = sum of x[offsets[s] .. offsets[s+1]) / divisor of s.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[tokens, columns].</param>
    /// <param name="offsets">[sequences + 1], ascending from 0 to the number of tokens; no sequence is empty.</param>
    /// <param name="y">[sequences, columns].</param>
    /// <param name="divisor">What the sums are divided by.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, ReadOnlySpan<T> x, ReadOnlySpan<int> offsets, Span<T> y, MeanDivisor divisor = MeanDivisor.Length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int sequences = Require.Offsets(offsets, out int tokens);
        int columns = Require.Columns(y, sequences);
        Require.Elements(x, (long)tokens * columns);
        Require.Apart(y, x);
        ForwardKernel<T> kernel = new(x, offsets, y, divisor);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, sequences, x.Length / Math.Max(1, sequences), ref kernel);
    }

    /// <summary>dx[t] += dy[s] / divisor of s, for every token t of s.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[sequences, columns].</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="dx">[tokens, columns], accumulated.</param>
    /// <param name="divisor">What the sums were divided by.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> dy, ReadOnlySpan<int> offsets, Span<T> dx, MeanDivisor divisor = MeanDivisor.Length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int sequences = Require.Offsets(offsets, out int tokens);
        int columns = Require.Columns(dy, sequences);
        Require.Elements(dx, (long)tokens * columns);
        Require.Apart(dx, dy);
        BackwardKernel<T> kernel = new(dy, offsets, dx, divisor);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, sequences, dx.Length / Math.Max(1, sequences), ref kernel);
    }

    /// <summary>The factor of a sequence's sum.</summary>
    private static T Weight<T>(int length, MeanDivisor divisor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(length);
        return T.One / (divisor == MeanDivisor.SquareRootOfLength ? T.Sqrt(count) : count);
    }

    private readonly ref struct ForwardKernel<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> offsets, Span<T> y, MeanDivisor divisor)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _y.Length / (_offsets.Length - 1);
            for (int sequence = from; sequence < to; sequence++)
            {
                Span<T> mean = _y.Slice(sequence * columns, columns);
                mean.Clear();
                for (int token = _offsets[sequence]; token < _offsets[sequence + 1]; token++)
                    Rows<TLane, T>.Add(_x.Slice(token * columns, columns), mean);
                Rows<TLane, T>.Scale(Weight<T>(_offsets[sequence + 1] - _offsets[sequence], divisor), mean);
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(ReadOnlySpan<T> dy, ReadOnlySpan<int> offsets, Span<T> dx, MeanDivisor divisor)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _dy.Length / (_offsets.Length - 1);
            for (int sequence = from; sequence < to; sequence++)
            {
                T weight = Weight<T>(_offsets[sequence + 1] - _offsets[sequence], divisor);
                for (int token = _offsets[sequence]; token < _offsets[sequence + 1]; token++)
                    Rows<TLane, T>.AddScaled(weight, _dy.Slice(sequence * columns, columns), _dx.Slice(token * columns, columns));
            }
        }
    }
}
