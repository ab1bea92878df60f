using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The maximum of every column over the rows of each packed sequence.</summary>
internal static class MaxPooling
{
    /// <summary>y[s, c] = max of x[t, c] over offsets[s] &lt;= t &lt; offsets[s+1]; NaN where one of them is.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[tokens, columns].</param>
    /// <param name="offsets">[sequences + 1], ascending from 0 to the number of tokens; no sequence is empty.</param>
    /// <param name="y">[sequences, columns].</param>
    /// <param name="argmax">
    /// [sequences, columns], the first token of the sequence that has the maximum, counted from the sequence's own first;
    /// a whole number, exact for sequences of up to 2^24 tokens.
    /// </param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ReadOnlySpan<T> x, ReadOnlySpan<int> offsets, Span<T> y, Span<T> argmax)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int sequences = Require.Offsets(offsets, out int tokens);
        int columns = Require.Columns(y, sequences);
        Require.Elements(x, (long)tokens * columns);
        Require.Elements(argmax, y.Length);
        Require.Apart(y, x, argmax);
        Require.Apart(argmax, x);
        ForwardKernel<T> kernel = new(x, offsets, y, argmax);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, sequences, x.Length / Math.Max(1, sequences), ref kernel);
    }

    /// <summary>dx[offsets[s] + argmax[s, c], c] += dy[s, c].</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[sequences, columns].</param>
    /// <param name="offsets">[sequences + 1].</param>
    /// <param name="argmax">[sequences, columns], from the forward pass.</param>
    /// <param name="dx">[tokens, columns], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, ReadOnlySpan<T> dy, ReadOnlySpan<int> offsets, ReadOnlySpan<T> argmax, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int sequences = Require.Offsets(offsets, out int tokens);
        int columns = Require.Columns(dy, sequences);
        Require.Elements(argmax, dy.Length);
        Require.Elements(dx, (long)tokens * columns);
        Require.Apart(dx, dy, argmax);
        BackwardKernel<T> kernel = new(dy, offsets, argmax, dx);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, sequences, dy.Length / Math.Max(1, sequences), ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> offsets, Span<T> y, Span<T> argmax) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<T> _y = y, _argmax = argmax;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _y.Length / (_offsets.Length - 1);
            for (int sequence = from; sequence < to; sequence++)
            {
                ReadOnlySpan<T> tokens = _x[(_offsets[sequence] * columns)..(_offsets[sequence + 1] * columns)];
                Loop<TLane> loop = new(tokens, _y.Slice(sequence * columns, columns), _argmax.Slice(sequence * columns, columns));
                LaneLoop<TLane, T>.Run(ref loop, 0, columns);
            }
        }

        /// <summary>A lane of columns goes down all tokens: maximum and position stay in registers.</summary>
        private readonly ref struct Loop<TLane>(ReadOnlySpan<T> tokens, Span<T> maxima, Span<T> argmax) : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly ReadOnlySpan<T> _tokens = tokens;
            private readonly Span<T> _maxima = maxima, _argmax = argmax;

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                int columns = _maxima.Length, elements = _tokens.Length;
                ref T x = ref MemoryMarshal.GetReference(_tokens);
                for (int column = from; column < to; column += TLane.Count)
                {
                    int rest = to - column;
                    TLane max = TPart.Take(ref Unsafe.Add(ref x, column), rest);
                    TLane argmax = TLane.Splat(T.Zero);
                    TLane position = argmax;
                    TLane one = TLane.Splat(T.One);
                    for (int i = columns + column; i < elements; i += columns)
                    {
                        position += one;
                        TLane value = TPart.Take(ref Unsafe.Add(ref x, i), rest);
                        argmax = TLane.WhereLess(max, value, position, argmax);
                        max = TLane.Max(max, value);
                    }
                    TPart.Put(max, ref _maxima[column], rest);
                    TPart.Put(argmax, ref _argmax[column], rest);
                }
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(ReadOnlySpan<T> dy, ReadOnlySpan<int> offsets, ReadOnlySpan<T> argmax, Span<T> dx)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _argmax = argmax;
        private readonly ReadOnlySpan<int> _offsets = offsets;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _dy.Length / (_offsets.Length - 1);
            for (int i = from * columns; i < to * columns; i++)
            {
                int token = _offsets[i / columns] + int.CreateTruncating(_argmax[i]);
                _dx[(token * columns) + (i % columns)] += _dy[i];
            }
        }
    }
}
