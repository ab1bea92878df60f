using System.Numerics;
using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>
/// The real parts of the first rows and columns of density matrices |s&gt;&lt;s|, one a state, as weights of a convolution: those of an
/// output lie together, elements of the window in rows, of each the channels. A state is its real parts and then its imaginary ones.
/// </summary>
internal static class DensityWindows
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="amplitudes">Of a state.</param>
    /// <param name="size">Rows and columns taken, at most as many.</param>
    /// <param name="channels">States of an output.</param>
    /// <param name="states">[outputs, channels, 2 amplitudes].</param>
    /// <param name="y">[outputs, size, size, channels].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or y overlaps the states.</exception>
    public static void Forward<T>(WorkerPool workers, int amplitudes, int size, int channels, ReadOnlySpan<T> states, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check<T>(amplitudes, size, channels, states, y);
        Require.Apart(y, states);
        ForwardKernel<T> kernel = new(amplitudes, size, channels, states, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, (long)size * size, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="amplitudes">Of a state.</param>
    /// <param name="size">Rows and columns taken.</param>
    /// <param name="channels">States of an output.</param>
    /// <param name="states">[outputs, channels, 2 amplitudes].</param>
    /// <param name="dy">[outputs, size, size, channels].</param>
    /// <param name="dstates">[outputs, channels, 2 amplitudes], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or dstates overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, int amplitudes, int size, int channels, ReadOnlySpan<T> states, ReadOnlySpan<T> dy, Span<T> dstates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(amplitudes, size, channels, states, dy);
        Require.Elements<T>(dstates, states.Length);
        Require.Apart(dstates, states, dy);
        BackwardKernel<T> kernel = new(amplitudes, size, channels, states, dy, dstates);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, rows, (long)size * size, ref kernel);
    }

    private static int Check<T>(int amplitudes, int size, int channels, ReadOnlySpan<T> states, ReadOnlySpan<T> windows)
    {
        Require.Range(amplitudes, 1, int.MaxValue / 2);
        Require.Range(size, 1, amplitudes);
        Require.Range(channels, 1, int.MaxValue);
        int rows = Require.Rows(states, 2 * amplitudes);
        Require.Equal(rows % channels, 0, nameof(channels));
        Require.Elements(windows, (long)rows * size * size);
        return rows;
    }

    private readonly ref struct ForwardKernel<T>(int amplitudes, int size, int channels, ReadOnlySpan<T> states, Span<T> y)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> state = _states.Slice(row * 2 * amplitudes, 2 * amplitudes);
                ReadOnlySpan<T> re = state[..amplitudes], im = state[amplitudes..];
                int first = (row / channels * size * size * channels) + (row % channels);
                for (int i = 0; i < size; i++)
                    for (int j = 0; j < size; j++) _y[first + (((i * size) + j) * channels)] = (re[i] * re[j]) + (im[i] * im[j]);
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(
        int amplitudes, int size, int channels, ReadOnlySpan<T> states, ReadOnlySpan<T> dy, Span<T> dstates) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states, _dy = dy;
        private readonly Span<T> _dstates = dstates;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> state = _states.Slice(row * 2 * amplitudes, 2 * amplitudes);
                Span<T> dstate = _dstates.Slice(row * 2 * amplitudes, 2 * amplitudes);
                int first = (row / channels * size * size * channels) + (row % channels);
                for (int i = 0; i < size; i++)
                {
                    for (int j = 0; j < size; j++)
                    {
                        T d = _dy[first + (((i * size) + j) * channels)] + _dy[first + (((j * size) + i) * channels)];
                        dstate[i] += d * state[j];
                        dstate[i + amplitudes] += d * state[j + amplitudes];
                    }
                }
            }
        }
    }
}
