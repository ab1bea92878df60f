using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Encoding and compression of embeddings, row by row: d real numbers to the Bloch coordinates of k qubits.</summary>
/// <remarks>
/// A pair's qubits lie one step's width apart, and all steps but the first have width k: so column j of k goes through the
/// whole cascade alone. A lane of columns is computed from top to bottom in registers (<see cref="CascadeSweep{TLane, T}"/>).
/// </remarks>
public static class Compression
{
    // Rows are summed in this many parts at most, of so many rows at least, whatever the number of threads.
    private const int MaxParts = 8, MinRows = 4;

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="coefficients">From <see cref="PairCoefficients.Forward"/>.</param>
    /// <param name="embeddings">[rows, d].</param>
    /// <param name="states">[rows, 2k]: of each row first the k x, then the k z.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the plan, or an output overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> embeddings, Span<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Forward(workers, cascade, coefficients, factors: [], embeddings, states);

    /// <summary>The same with inputs scaled.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="coefficients">From <see cref="PairCoefficients.Forward"/>.</param>
    /// <param name="factors">[d], from <see cref="EncodingFactors.Forward"/>; empty where tau is 1.</param>
    /// <param name="embeddings">[rows, d].</param>
    /// <param name="states">[rows, 2k]: of each row first the k x, then the k z.</param>
    internal static void Forward<T>(
        WorkerPool workers, Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> factors, ReadOnlySpan<T> embeddings,
        Span<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Rows(cascade, coefficients, embeddings);
        Require.ElementsOrNone(factors, cascade.InputQubits);
        Require.Elements(states, 2L * rows * cascade.OutputQubits);
        Require.Apart(states, coefficients, embeddings, factors);
        ForwardKernel<T> kernel = new(cascade, coefficients, factors, embeddings, states);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, 2L * cascade.InputQubits, ref kernel);
    }

    /// <summary>Backward; the states in between are computed again rather than kept.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="coefficients">As in the forward pass.</param>
    /// <param name="embeddings">[rows, d], as in the forward pass.</param>
    /// <param name="dstates">[rows, 2k].</param>
    /// <param name="dembeddings">[rows, d], accumulated; empty if not wanted.</param>
    /// <param name="dcoefficients">Gradient of the coefficients, accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the plan, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> embeddings, ReadOnlySpan<T> dstates,
        Span<T> dembeddings, Span<T> dcoefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Backward(workers, cascade, coefficients, factors: [], embeddings, dstates, dembeddings, dcoefficients, dlogScales: []);

    /// <summary>The same with inputs scaled, and the gradient of their scales.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="coefficients">As in the forward pass.</param>
    /// <param name="factors">As in the forward pass.</param>
    /// <param name="embeddings">[rows, d], as in the forward pass.</param>
    /// <param name="dstates">[rows, 2k].</param>
    /// <param name="dembeddings">[rows, d], accumulated; empty if not wanted.</param>
    /// <param name="dcoefficients">Gradient of the coefficients, accumulated.</param>
    /// <param name="dlogScales">[d], gradient of ln tau of each input, accumulated; empty if not wanted or without factors.</param>
    internal static void Backward<T>(
        WorkerPool workers, Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> factors, ReadOnlySpan<T> embeddings,
        ReadOnlySpan<T> dstates, Span<T> dembeddings, Span<T> dcoefficients, Span<T> dlogScales)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Rows(cascade, coefficients, embeddings);
        Require.ElementsOrNone(factors, cascade.InputQubits);
        Require.ElementsOrNone(dlogScales, factors.Length);
        Require.Elements(dstates, 2L * rows * cascade.OutputQubits);
        Require.ElementsOrNone(dembeddings, embeddings.Length);
        Require.Elements(dcoefficients, coefficients.Length);
        Require.Apart(dembeddings, coefficients, embeddings, dstates, dcoefficients);
        Require.Apart(dcoefficients, coefficients, embeddings, dstates);
        Require.Apart(dembeddings, factors, dlogScales);
        Require.Apart(dcoefficients, factors, dlogScales);
        Require.Apart(dlogScales, coefficients, factors, embeddings, dstates);
        int parts = Math.Clamp(rows / MinRows, 1, MaxParts), length = coefficients.Length + dlogScales.Length;
        Span<T> partial = Scratch<Partial, T>.Rent(parts * length);
        partial.Clear();
        BackwardKernel<T> kernel = new(cascade, coefficients, factors, embeddings, dstates, dembeddings, partial, rows, parts);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, parts, int.MaxValue, ref kernel);
        for (int part = 0; part < parts; part++)
        {
            ReadOnlySpan<T> sums = partial.Slice(part * length, length);
            Elementwise.Add(WorkerPool.Single, sums[..coefficients.Length], dcoefficients);
            Elementwise.Add(WorkerPool.Single, sums[coefficients.Length..], dlogScales);
        }
    }

    /// <summary>How many rows there are.</summary>
    private static int Rows<T>(Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> embeddings)
    {
        Require.Elements(coefficients, (long)cascade.Pairs * PairCoefficients.PerPair);
        return Require.Rows(embeddings, cascade.InputQubits);
    }

    private readonly struct States;

    private readonly struct Partial;

    private readonly ref struct ForwardKernel<T>(
        Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> factors, ReadOnlySpan<T> embeddings, Span<T> states)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _coefficients = coefficients, _factors = factors, _embeddings = embeddings;
        private readonly Span<T> _states = states;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int d = cascade.InputQubits, k = cascade.OutputQubits;
            CascadeSweep<TLane, T> sweep = new(cascade, _coefficients);
            Span<T> qubits = Scratch<States, T>.Rent(3 * d);
            for (int row = from; row < to; row++)
            {
                Encoding<TLane, T>.Forward(_embeddings.Slice(row * d, d), _factors, qubits);
                sweep.Forward(ref MemoryMarshal.GetReference(qubits), ref _states[row * 2 * k]);
            }
        }
    }

    /// <summary>A unit is one part of the rows, with gradients of coefficients and scales of its own.</summary>
    private readonly ref struct BackwardKernel<T>(
        Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> factors, ReadOnlySpan<T> embeddings, ReadOnlySpan<T> dstates,
        Span<T> dembeddings, Span<T> partial, int rows, int parts) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _coefficients = coefficients, _factors = factors, _embeddings = embeddings, _dstates = dstates;
        private readonly Span<T> _dembeddings = dembeddings, _partial = partial;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int d = cascade.InputQubits, k = cascade.OutputQubits, length = _partial.Length / parts;
            CascadeSweep<TLane, T> sweep = new(cascade, _coefficients);
            Span<T> scratch = Scratch<States, T>.Rent((4 * d) + sweep.Kept);
            Span<T> qubits = scratch[..(3 * d)], dv = scratch.Slice(3 * d, d);
            for (int part = from; part < to; part++)
            {
                Span<T> sums = _partial.Slice(part * length, length), dlogScales = sums[_coefficients.Length..];
                int end = (int)((part + 1L) * rows / parts);
                for (int row = (int)((long)part * rows / parts); row < end; row++)
                {
                    ReadOnlySpan<T> u = _embeddings.Slice(row * d, d);
                    Span<T> du = _dembeddings.IsEmpty ? default : _dembeddings.Slice(row * d, d);
                    // Without factors v is u. With them its gradient is needed by itself.
                    Span<T> dvalues = _factors.IsEmpty || (du.IsEmpty && dlogScales.IsEmpty) ? du : dv;
                    if (!_factors.IsEmpty) dvalues.Clear();
                    Encoding<TLane, T>.Forward(u, _factors, qubits);
                    sweep.Backward(
                        ref MemoryMarshal.GetReference(qubits), ref Unsafe.AsRef(in _dstates[row * 2 * k]),
                        ref MemoryMarshal.GetReference(dvalues), ref MemoryMarshal.GetReference(sums), ref scratch[4 * d]);
                    if (!_factors.IsEmpty && !dvalues.IsEmpty) Encoding<TLane, T>.Backward(u, _factors, dvalues, du, dlogScales);
                }
            }
        }
    }
}
