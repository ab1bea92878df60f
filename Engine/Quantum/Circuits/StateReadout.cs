using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>Reads measurements off a state, and what a weighted sum of the measured operators makes of it; lanes of a batch.</summary>
internal static class StateReadout<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>All results.</summary>
    /// <param name="readouts">What is read.</param>
    /// <param name="rows">Rows of the state.</param>
    /// <param name="state">Its first number.</param>
    /// <param name="results">The first of as many lanes as results.</param>
    public static void Read(Readouts readouts, int rows, ref T state, ref T results)
    {
        for (int i = 0; i < readouts.Outputs; i++) TLane.Splat(T.Zero).Store(ref Unsafe.Add(ref results, i * TLane.Count));
        foreach (ref readonly ExpectationRows expectation in readouts.Expectations)
        {
            TLane value = expectation.Flip == 0 ? Diagonal(expectation, rows, ref state) : Mixing(expectation, rows, ref state);
            value.Store(ref Unsafe.Add(ref results, expectation.Output * TLane.Count));
        }
        foreach (ref readonly ProbabilityRows probability in readouts.Probabilities) Add(probability, rows, ref state, ref results);
    }

    /// <summary>lambda = sum of the operators, each times a weight, applied to psi; a probability's operator is a projection.</summary>
    /// <param name="readouts">What is read.</param>
    /// <param name="rows">Rows of the states.</param>
    /// <param name="state">The first number of psi.</param>
    /// <param name="weights">The first of as many lanes as results.</param>
    /// <param name="adjoint">The first number of lambda, which is overwritten.</param>
    public static void Weigh(Readouts readouts, int rows, ref T state, ref T weights, ref T adjoint)
    {
        for (int row = 0; row < rows; row++) new Amplitude<TLane, T>(TLane.Splat(T.Zero), TLane.Splat(T.Zero)).Store(ref adjoint, row);
        foreach (ref readonly ExpectationRows expectation in readouts.Expectations)
            Weigh(expectation, rows, ref state, Lane(ref weights, expectation.Output), ref adjoint);
        foreach (ref readonly ProbabilityRows probability in readouts.Probabilities)
        {
            for (int row = 0; row < rows; row++)
            {
                TLane weight = Lane(ref weights, probability.OutputOf(row));
                new Amplitude<TLane, T>(ref adjoint, row).Plus(weight, new Amplitude<TLane, T>(ref state, row)).Store(ref adjoint, row);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLane Diagonal(ExpectationRows expectation, int rows, ref T state)
    {
        TLane sum = TLane.Splat(T.Zero);
        for (int row = 0; row < rows; row++)
            sum = TLane.MultiplyAdd(new Amplitude<TLane, T>(ref state, row).SquaredMagnitude, Factor(expectation, row), sum);
        return sum;
    }

    /// <summary>The rows of a pair have conjugate terms, so twice the real part of one is both.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLane Mixing(ExpectationRows expectation, int rows, ref T state)
    {
        TLane sum = TLane.Splat(T.Zero);
        int low = (1 << BitOperations.TrailingZeroCount(expectation.Flip)) - 1;
        for (int pair = 0; pair < rows / 2; pair++)
        {
            int row = RowBits.Spread(pair, low);
            Amplitude<TLane, T> from = Phased(expectation, ref state, row), to = new(ref state, row ^ expectation.Flip);
            sum = TLane.MultiplyAdd(to.RealDot(from), Factor(expectation, row), sum);
        }
        return sum + sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Weigh(ExpectationRows expectation, int rows, ref T state, TLane weight, ref T adjoint)
    {
        for (int row = 0; row < rows; row++)
        {
            Amplitude<TLane, T> sum = new(ref adjoint, row ^ expectation.Flip);
            sum.Plus(weight * Factor(expectation, row), Phased(expectation, ref state, row)).Store(ref adjoint, row ^ expectation.Flip);
        }
    }

    private static void Add(ProbabilityRows probability, int rows, ref T state, ref T results)
    {
        for (int row = 0; row < rows; row++)
        {
            ref T result = ref Unsafe.Add(ref results, probability.OutputOf(row) * TLane.Count);
            (TLane.Load(ref result) + new Amplitude<TLane, T>(ref state, row).SquaredMagnitude).Store(ref result);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Factor(in ExpectationRows expectation, int row) => TLane.Splat(T.CreateTruncating(expectation.Factor(row)));

    /// <summary>An amplitude times the phase without its sign: 1 or i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Amplitude<TLane, T> Phased(in ExpectationRows expectation, ref T state, int row)
    {
        Amplitude<TLane, T> amplitude = new(ref state, row);
        return expectation.Imaginary ? amplitude.TimesI : amplitude;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Lane(ref T lanes, int index) => TLane.Load(ref Unsafe.Add(ref lanes, index * TLane.Count));
}
