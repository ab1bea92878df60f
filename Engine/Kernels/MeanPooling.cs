using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The mean of the rows of each packed sequence.</summary>
public static class MeanPooling
{
    /// <summary>y[s] = mean of x[offsets[s] .. offsets[s+1]).</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[tokens, columns].</param>
    /// <param name="offsets">[sequences + 1], ascending from 0 to the number of tokens; no sequence is empty.</param>
    /// <param name="y">[sequences, columns].</param>
    public static void Forward<T>(WorkerPool workers, ReadOnlySpan<T> x, ReadOnlySpan<int> offsets, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ForwardKernel<T> kernel = new(x, offsets, y);
        int sequences = offsets.Length - 1;
        RangeKernel.Run<ForwardKernel<T>, T>(workers, sequences, x.Length / Math.Max(1, sequences), ref kernel);
    }

    /// <summary>dx[t] += dy[s] / length of s, for every token t of s.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[sequences, columns].</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="dx">[tokens, columns], accumulated.</param>
    public static void Backward<T>(WorkerPool workers, ReadOnlySpan<T> dy, ReadOnlySpan<int> offsets, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BackwardKernel<T> kernel = new(dy, offsets, dx);
        int sequences = offsets.Length - 1;
        RangeKernel.Run<BackwardKernel<T>, T>(workers, sequences, dx.Length / Math.Max(1, sequences), ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> offsets, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<T> _y = y;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            int columns = _y.Length / (_offsets.Length - 1);
            for (int sequence = from; sequence < to; sequence++)
            {
                Span<T> mean = _y.Slice(sequence * columns, columns);
                mean.Clear();
                for (int token = _offsets[sequence]; token < _offsets[sequence + 1]; token++) Rows.Add<TLane, T>(_x.Slice(token * columns, columns), mean);
                Rows.Scale<TLane, T>(T.One / T.CreateTruncating(_offsets[sequence + 1] - _offsets[sequence]), mean);
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(ReadOnlySpan<T> dy, ReadOnlySpan<int> offsets, Span<T> dx) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<T> _dx = dx;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            int columns = _dy.Length / (_offsets.Length - 1);
            for (int sequence = from; sequence < to; sequence++)
            {
                T weight = T.One / T.CreateTruncating(_offsets[sequence + 1] - _offsets[sequence]);
                for (int token = _offsets[sequence]; token < _offsets[sequence + 1]; token++)
                    Rows.AddScaled<TLane, T>(weight, _dy.Slice(sequence * columns, columns), _dx.Slice(token * columns, columns));
            }
        }
    }
}
