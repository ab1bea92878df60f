using System.Numerics;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>ln F of states given by their amplitudes, F = |&lt;u|v&gt;|^2.</summary>
/// <remarks>
/// A state is the real parts of its amplitudes, then the imaginary ones, of length 1. With u = (a, b) so, Re &lt;u|v&gt; is the product of
/// (a, b) with v, and Im &lt;u|v&gt; that of (-b, a). F counts as 1e-9 below that, so that orthogonal states have a finite logarithm and a
/// gradient, and as 1 above it, where roundings alone can put it.
/// </remarks>
internal static class StateFidelity
{
    /// <summary>What smaller fidelities count as.</summary>
    public const double Least = 1e-9;

    /// <summary>scores[q, d] = ln F(queries[q], documents[d]); a score's bits do not depend on the other rows.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="queries">[n, 2 amplitudes].</param>
    /// <param name="documents">[m, 2 amplitudes].</param>
    /// <param name="amplitudes">At least 1.</param>
    /// <param name="scores">[n, m].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the output overlaps another argument.</exception>
    public static void All<T>(WorkerPool workers, ReadOnlySpan<T> queries, ReadOnlySpan<T> documents, int amplitudes, Span<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Range(amplitudes, 1, int.MaxValue / 2);
        int n = Require.Rows(queries, 2 * amplitudes), m = Require.Rows(documents, 2 * amplitudes);
        Require.Elements(scores, (long)n * m);
        Require.Apart(scores, queries, documents);
        Span<T> imaginary = Scratch<Imaginary, T>.Rent(scores.Length);
        Overlaps(workers, queries, documents, amplitudes, scores, imaginary);
        Elementwise.Apply(workers, default(LogSquares<T>), scores, imaginary, scores);
    }

    /// <summary>The overlaps &lt;u|v&gt; of all pairs, which <see cref="All"/> makes scores of.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="queries">[n, 2 amplitudes], u.</param>
    /// <param name="documents">[m, 2 amplitudes], v.</param>
    /// <param name="amplitudes">At least 1.</param>
    /// <param name="real">[n, m].</param>
    /// <param name="imaginary">[n, m].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Overlaps<T>(
        WorkerPool workers, ReadOnlySpan<T> queries, ReadOnlySpan<T> documents, int amplitudes, Span<T> real, Span<T> imaginary)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = Require.Rows(queries, 2 * amplitudes), m = Require.Rows(documents, 2 * amplitudes);
        Span<T> turned = Scratch<Turned, T>.Rent(queries.Length);
        Turn(queries, amplitudes, turned);
        MatrixView<T> columns = new MatrixView<T>(documents, m, 2 * amplitudes).Transposed;
        Gemm.Multiply(workers, new MatrixView<T>(queries, n, 2 * amplitudes), columns, real, m, accumulate: false);
        Gemm.Multiply(workers, new MatrixView<T>(turned, n, 2 * amplitudes), columns, imaginary, m, accumulate: false);
    }

    /// <summary>scores[q, c] = ln F(states[queries[q]], states[candidates[q, c]]), minus infinity where the candidate is -1.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="states">[n, 2 amplitudes].</param>
    /// <param name="amplitudes">At least 1.</param>
    /// <param name="queries">[q], row of each query.</param>
    /// <param name="candidates">[q, c], row of each candidate, or -1.</param>
    /// <param name="overlaps">[2, q, c], real parts of all overlaps and then imaginary ones, for the backward pass.</param>
    /// <param name="scores">[q, c].</param>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit together, a row does not exist, or an output overlaps another argument.
    /// </exception>
    public static void Forward<T>(
        WorkerPool workers, ReadOnlySpan<T> states, int amplitudes, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates,
        Span<T> overlaps, Span<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(states, amplitudes, queries, candidates);
        Require.Elements(overlaps, 2L * candidates.Length);
        Require.Elements(scores, candidates.Length);
        Require.Apart(overlaps, states, scores);
        Require.Apart(scores, states);
        Span<T> doubled = Doubled(states, amplitudes), real = overlaps[..scores.Length], imaginary = overlaps[scores.Length..];
        CandidateDots.Forward(workers, doubled, 2 * amplitudes, queries, candidates, real);
        CandidateDots.Forward(workers, doubled, 2 * amplitudes, TurnedRows(queries, rows), candidates, imaginary);
        Elementwise.Apply(workers, default(LogSquares<T>), real, imaginary, scores);
        for (int i = 0; i < scores.Length; i++)
            if (candidates[i] < 0) scores[i] = T.NegativeInfinity;
    }

    /// <summary>Backward: d ln F = 2 (Re d Re + Im d Im) / F.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="states">[n, 2 amplitudes].</param>
    /// <param name="amplitudes">At least 1.</param>
    /// <param name="queries">[q].</param>
    /// <param name="candidates">[q, c].</param>
    /// <param name="overlaps">[2, q, c], as the forward pass made them.</param>
    /// <param name="dscores">[q, c]; ignored where the candidate is -1.</param>
    /// <param name="dstates">[n, 2 amplitudes], accumulated.</param>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit together, a row does not exist, or the output overlaps another argument.
    /// </exception>
    public static void Backward<T>(
        WorkerPool workers, ReadOnlySpan<T> states, int amplitudes, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates,
        ReadOnlySpan<T> overlaps, ReadOnlySpan<T> dscores, Span<T> dstates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(states, amplitudes, queries, candidates), pairs = candidates.Length;
        Require.Elements(overlaps, 2L * pairs);
        Require.Elements(dscores, pairs);
        Require.Elements(dstates, states.Length);
        Require.Apart(dstates, states, overlaps, dscores);
        Span<T> doverlaps = Scratch<Gradients, T>.Rent(2 * pairs), dreal = doverlaps[..pairs], dimaginary = doverlaps[pairs..];
        OverlapGradients(overlaps, dscores, dreal, dimaginary);
        Span<T> doubled = Doubled(states, amplitudes), ddoubled = Scratch<Gradient, T>.Rent(doubled.Length);
        ddoubled.Clear();
        CandidateDots.Backward(workers, doubled, 2 * amplitudes, queries, candidates, dreal, ddoubled);
        CandidateDots.Backward(workers, doubled, 2 * amplitudes, TurnedRows(queries, rows), candidates, dimaginary, ddoubled);
        Elementwise.Add(workers, ddoubled[..states.Length], dstates);
        // What turned (a, b) to (-b, a), turned back.
        ReadOnlySpan<T> turned = ddoubled[states.Length..];
        for (int first = 0; first < states.Length; first += 2 * amplitudes)
        {
            for (int i = first; i < first + amplitudes; i++)
            {
                dstates[i] += turned[i + amplitudes];
                dstates[i + amplitudes] -= turned[i];
            }
        }
    }

    private static int Check<T>(ReadOnlySpan<T> states, int amplitudes, ReadOnlySpan<int> queries, ReadOnlySpan<int> candidates)
    {
        // Candidates are rows of the states alone, not of what these are turned to.
        Require.Range(amplitudes, 1, int.MaxValue / 4);
        int rows = Require.Rows(states, 2 * amplitudes);
        _ = Require.Columns(candidates, queries.Length);
        Require.Indices(queries, rows);
        Require.IndicesOrNone(candidates, rows);
        return rows;
    }

    private static void OverlapGradients<T>(ReadOnlySpan<T> overlaps, ReadOnlySpan<T> dscores, Span<T> dreal, Span<T> dimaginary)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T least = T.CreateTruncating(Least);
        for (int i = 0; i < dscores.Length; i++)
        {
            (T real, T imaginary) = (overlaps[i], overlaps[dscores.Length + i]);
            T factor = (dscores[i] + dscores[i]) / T.Max(least, (real * real) + (imaginary * imaginary));
            (dreal[i], dimaginary[i]) = (factor * real, factor * imaginary);
        }
    }

    /// <summary>The states and, below them, each (a, b) as (-b, a).</summary>
    private static Span<T> Doubled<T>(ReadOnlySpan<T> states, int amplitudes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> doubled = Scratch<Turned, T>.Rent(checked(2 * states.Length));
        states.CopyTo(doubled);
        Turn(states, amplitudes, doubled[states.Length..]);
        return doubled;
    }

    /// <summary>(a, b) to (-b, a), whose product with v is the imaginary part of the overlap.</summary>
    /// <param name="states">[n, 2 amplitudes].</param>
    /// <param name="amplitudes">At least 1.</param>
    /// <param name="turned">[n, 2 amplitudes].</param>
    public static void Turn<T>(ReadOnlySpan<T> states, int amplitudes, Span<T> turned)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int first = 0; first < states.Length; first += 2 * amplitudes)
        {
            states.Slice(first, amplitudes).CopyTo(turned[(first + amplitudes)..]);
            for (int i = first; i < first + amplitudes; i++) turned[i] = -states[i + amplitudes];
        }
    }

    private static Span<int> TurnedRows(ReadOnlySpan<int> queries, int rows)
    {
        Span<int> turned = Scratch<Turned, int>.Rent(queries.Length);
        for (int i = 0; i < queries.Length; i++) turned[i] = queries[i] + rows;
        return turned;
    }

    private readonly struct Turned;

    private readonly struct Imaginary;

    private readonly struct Gradients;

    private readonly struct Gradient;

    /// <summary>ln of a fidelity from the two parts of an overlap.</summary>
    private readonly struct LogSquares<T> : IBinary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane real, TLane imaginary)
            where TLane : struct, ILane<TLane, T>
        {
            TLane least = Lanes<TLane, T>.Constant(Least), one = TLane.Splat(T.One);
            TLane fidelity = TLane.MultiplyAdd(real, real, imaginary * imaginary);
            // In this order NaN stays.
            fidelity = TLane.WhereLess(fidelity, least, least, fidelity);
            return Functions<TLane, T>.Log(TLane.WhereLess(one, fidelity, one, fidelity));
        }
    }
}
