using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// What the angles of two product states say about ln F as <see cref="Fidelity.Log{T}"/> computes it, roundings included.
/// </summary>
/// <remarks>
/// -ln F = sum_i h(t_i^2) with t_i the difference of two angles and h(s) = -ln cos^2(sqrt(s) / 2) = s/4 + s^2/96 + s^3/1440 + ... All
/// coefficients are positive: h is convex and above each of its tangents and truncations. With D = sum_i t_i^2 its tangent at s0 gives
/// -ln F >= k (h(s0) + h'(s0) (D/k - s0)), best at s0 = D/k; it is never below D/4, nor below what the mean of the Bloch vectors' cosines
/// gives, since -ln((1 + cos sqrt(s)) / 2) as a function of s is h again and cos sqrt(s) is convex up to pi^2.
/// <para>
/// Roundings. u = 2^-24. Sine and cosine are taken to be right within 2^-22 (four units in the last place). A chord of two Bloch vectors
/// is then off by 8.4e-7 at most, and the computed factor of a qubit above cos^2(t/2) by at most eta = 1.1e-6. Where cos^2(t/2) is at least
/// m, the factor's logarithm is too large by at most eta / m; where it is below m, a bound that never asks for more than -ln m holds with
/// the same margin, the least factor of 1e-9 included. The product of the factors takes at most 1.25 k + 16 roundings of relative size u,
/// the logarithms and their sum 24 u of the result.
/// </para>
/// Angles lie from -pi to pi as rounded to single precision.
/// </remarks>
internal static class FidelityBound
{
    private const double Unit = 1.0 / (1 << 24), FactorError = 1.1e-6;

    // Maximum difference of two angles that counts as pi: pi rounded to single precision and the rounding of a range.
    internal const double RoundedPi = Math.PI + 1e-5;

    // Beyond this mean of squared differences (a mean factor of 0.1) the tangent is steep and its margin large; nothing is claimed there.
    private const double MaxMean = 6.25;

    // Maximum that a qubit adds to a cost: factors below e^-2.5 are not told apart, for their relative error would be every qubit's margin.
    private const double MaxTerm = 2.5;

    // What the float 2 pi and the differences near it may be off by, times the steepest derivative of a term below the maximum.
    private const double PeriodError = 5e-6;

    /// <summary>The squared distance of angles beyond which a computed ln F is below <paramref name="logFidelity"/>.</summary>
    /// <param name="qubits">k, at least 1.</param>
    /// <param name="logFidelity">At most 0.</param>
    /// <returns>
    /// D: no two states whose angles differ by at most pi in every qubit, with a sum of squared differences above D, have a computed ln F
    /// of <paramref name="logFidelity"/> or more. Infinity where nothing can be said.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no qubits.</exception>
    public static double Reach(int qubits, float logFidelity)
    {
        Require.Range(qubits, 1, int.MaxValue);
        double mean = -(double)logFidelity / qubits;
        // h(s0) = mean.
        double angle = 2 * Math.Asin(Math.Sqrt(1 - Math.Exp(-mean)));
        double s0 = angle * angle;
        if (!(s0 <= MaxMean)) return double.PositiveInfinity;
        double derivative = angle < 1e-4 ? 0.25 : Math.Tan(angle / 2) / (2 * angle);
        double max = mean + (derivative * ((RoundedPi * RoundedPi) - s0));
        double margin = (qubits * FactorError * Math.Exp(max)) + Roundings(qubits, logFidelity);
        return ((qubits * s0) + (margin / derivative)) * (1 + 1e-9);
    }

    /// <summary>
    /// The cost, as <see cref="Costs"/> computes it, beyond which a computed ln F is below <paramref name="logFidelity"/>.
    /// </summary>
    /// <param name="qubits">k, at least 1.</param>
    /// <param name="logFidelity">At most 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no qubits.</exception>
    public static float Cost(int qubits, float logFidelity)
    {
        Require.Range(qubits, 1, int.MaxValue);
        double margin = (qubits * ((FactorError * Math.Exp(MaxTerm)) + PeriodError)) + Roundings(qubits, logFidelity);
        // A cost's own roundings: those of a term, and one addition a qubit.
        return float.BitIncrement((float)((margin - logFidelity) * (1 + ((qubits + 64) * Unit))));
    }

    /// <summary>What costs of states have in common with ln F: its series in the squared differences, from below.</summary>
    /// <remarks>
    /// Angles may differ by more than pi: a difference t beyond counts as 2 pi - |t|. For differences up to 1 a cost is -ln F within 1e-5 a
    /// qubit; a qubit adds 2.5 at most.
    /// </remarks>
    /// <param name="state">[k], angles.</param>
    /// <param name="states">[n, k], angles.</param>
    /// <param name="rows">Rows of <paramref name="states"/>.</param>
    /// <param name="costs">One for each of <paramref name="rows"/>, at least 0.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    internal static void Costs(ReadOnlySpan<float> state, ReadOnlySpan<float> states, ReadOnlySpan<int> rows, Span<float> costs)
    {
        Require.Rows(states, state.Length);
        Require.Elements(costs, rows.Length);
        Require.Apart(costs, state, states);
        CostKernel kernel = new(state, states, rows, costs);
        Tier.Run<CostKernel, float>(ref kernel, 0);
    }

    private static double Roundings(int qubits, float logFidelity) => Unit * ((1.3 * qubits) + 20 - (25 * (double)logFidelity));

    private readonly ref struct CostKernel(ReadOnlySpan<float> state, ReadOnlySpan<float> states, ReadOnlySpan<int> rows, Span<float> costs)
        : ILaneWork<float>
    {
        private readonly ReadOnlySpan<float> _state = state, _states = states;
        private readonly ReadOnlySpan<int> _rows = rows;
        private readonly Span<float> _costs = costs;

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneWork<float>.Run<TLane, TShort>(int item)
        {
            int k = _state.Length;
            for (int i = 0; i < _rows.Length; i++)
            {
                CostLoop<TLane> loop = new(_state, _states.Slice(_rows[i] * k, k));
                LaneLoop<TLane, float>.Run(ref loop, 0, k);
                _costs[i] = loop.Sum.Sum();
            }
        }
    }

    private ref struct CostLoop<TLane>(ReadOnlySpan<float> u, ReadOnlySpan<float> v) : ILaneLoop<TLane, float>
        where TLane : struct, ILane<TLane, float>
    {
        private readonly ref float _u = ref MemoryMarshal.GetReference(u), _v = ref MemoryMarshal.GetReference(v);

        public TLane Sum { get; private set; } = TLane.Splat(0f);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneLoop<TLane, float>.Run<TPart>(int from, int to)
        {
            ref float u = ref _u;
            ref float v = ref _v;
            TLane period = TLane.Splat(2 * MathF.PI);
            TLane max = TLane.Splat((float)MaxTerm);
            TLane sum = TLane.Splat(0f);
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane t = TLane.Abs(TPart.Take(ref Unsafe.Add(ref u, i), to - i) - TPart.Take(ref Unsafe.Add(ref v, i), to - i));
                t = TLane.Min(t, period - t);
                TLane s = t * t;
                TLane p = Polynomial<TLane, float>.Horner(s, 31.0 / 7257600, 17.0 / 322560, 1.0 / 1440, 1.0 / 96, 0.25);
                sum += TLane.Min(s * p, max);
            }
            Sum += sum;
        }
    }
}
