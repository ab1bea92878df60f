using System.Numerics;
using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Probabilities of the values of the first qubits; a state is its real parts and then its imaginary ones.</summary>
internal static class BasisProbabilities
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="amplitudes">Of a state, a power of two.</param>
    /// <param name="outcomes">Values, a power of two up to that.</param>
    /// <param name="states">[rows, 2 amplitudes].</param>
    /// <param name="y">[rows, outcomes].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or y overlaps the states.</exception>
    public static void Forward<T>(WorkerPool workers, int amplitudes, int outcomes, ReadOnlySpan<T> states, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(amplitudes, outcomes, states);
        Require.Elements<T>(y, (long)rows * outcomes);
        Require.Apart(y, states);
        y.Clear();
        ForwardKernel<T> kernel = new(amplitudes, outcomes, states, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, 2 * amplitudes, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="amplitudes">Of a state, a power of two.</param>
    /// <param name="outcomes">Values, a power of two up to that.</param>
    /// <param name="states">[rows, 2 amplitudes].</param>
    /// <param name="dy">[rows, outcomes].</param>
    /// <param name="dstates">[rows, 2 amplitudes], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or dstates overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, int amplitudes, int outcomes, ReadOnlySpan<T> states, ReadOnlySpan<T> dy, Span<T> dstates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(amplitudes, outcomes, states);
        Require.Elements(dy, (long)rows * outcomes);
        Require.Elements<T>(dstates, states.Length);
        Require.Apart(dstates, states, dy);
        BackwardKernel<T> kernel = new(amplitudes, outcomes, states, dy, dstates);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, rows, 2 * amplitudes, ref kernel);
    }

    private static int Check<T>(int amplitudes, int outcomes, ReadOnlySpan<T> states)
    {
        Require.Range(amplitudes, 1, int.MaxValue / 2);
        Require.Range(outcomes, 1, amplitudes);
        Require.Equal(amplitudes % outcomes, 0, nameof(outcomes));
        return Require.Rows(states, 2 * amplitudes);
    }

    private readonly ref struct ForwardKernel<T>(int amplitudes, int outcomes, ReadOnlySpan<T> states, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int share = amplitudes / outcomes;
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> state = _states.Slice(row * 2 * amplitudes, 2 * amplitudes);
                for (int i = 0; i < amplitudes; i++)
                    _y[(row * outcomes) + (i / share)] += (state[i] * state[i]) + (state[i + amplitudes] * state[i + amplitudes]);
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(
        int amplitudes, int outcomes, ReadOnlySpan<T> states, ReadOnlySpan<T> dy, Span<T> dstates) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _states = states, _dy = dy;
        private readonly Span<T> _dstates = dstates;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int share = amplitudes / outcomes;
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> state = _states.Slice(row * 2 * amplitudes, 2 * amplitudes);
                Span<T> dstate = _dstates.Slice(row * 2 * amplitudes, 2 * amplitudes);
                for (int i = 0; i < 2 * amplitudes; i++)
                {
                    T dp = _dy[(row * outcomes) + (i % amplitudes / share)];
                    dstate[i] += (dp + dp) * state[i];
                }
            }
        }
    }
}
