using System.Numerics;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Encoding and compression of embeddings, row by row: d real numbers to the Bloch coordinates of k qubits.</summary>
public static class Compression
{
    // Rows are summed in this many parts, whatever the number of threads.
    private const int MostParts = 8;

    /// <summary>Forward.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="coefficients">From <see cref="PairCoefficients.Forward"/>.</param>
    /// <param name="embeddings">[rows, d].</param>
    /// <param name="states">[rows, 2k]: of each row first the k x, then the k z.</param>
    public static void Forward<T>(WorkerPool workers, Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> embeddings, Span<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ForwardKernel<T> kernel = new(cascade, coefficients, embeddings, states);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, embeddings.Length / cascade.InputQubits, 4L * cascade.InputQubits, ref kernel);
    }

    /// <summary>Backward; the states in between are computed again rather than kept.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="coefficients">As in the forward pass.</param>
    /// <param name="embeddings">[rows, d], as in the forward pass.</param>
    /// <param name="dstates">[rows, 2k].</param>
    /// <param name="dembeddings">[rows, d], accumulated; empty if not wanted.</param>
    /// <param name="dcoefficients">Gradient of the coefficients, accumulated.</param>
    public static void Backward<T>(
        WorkerPool workers, Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> embeddings, ReadOnlySpan<T> dstates, Span<T> dembeddings, Span<T> dcoefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = embeddings.Length / cascade.InputQubits, parts = Math.Min(MostParts, rows);
        Span<T> partial = Scratch<Partial, T>.Rent(parts * coefficients.Length);
        partial.Clear();
        BackwardKernel<T> kernel = new(cascade, coefficients, embeddings, dstates, dembeddings, partial, parts);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, parts, int.MaxValue, ref kernel);
        for (int part = 0; part < parts; part++)
            Zip.Run(new Accumulate<T>(), partial.Slice(part * coefficients.Length, coefficients.Length), partial.Slice(part * coefficients.Length, coefficients.Length), dcoefficients);
    }

    private readonly struct States;

    private readonly struct Partial;

    private readonly struct Accumulate<T> : IZip<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane a, TLane unused, TLane sum)
            where TLane : struct, ILane<TLane, T> => sum + a;
    }

    private static void Encode<TLane, T>(ReadOnlySpan<T> u, Span<T> x, Span<T> z)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < u.Length; i += TLane.Count)
        {
            int rest = u.Length - i;
            (TLane lx, TLane lz, _) = Encoding.Encode<TLane, T>(Lanes.Take<TLane, T>(in u[i], rest));
            Lanes.Put(lx, ref x[i], rest);
            Lanes.Put(lz, ref z[i], rest);
        }
    }

    private readonly ref struct ForwardKernel<T>(Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> embeddings, Span<T> states) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _coefficients = coefficients, _embeddings = embeddings;
        private readonly Span<T> _states = states;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            int d = cascade.InputQubits, k = cascade.OutputQubits;
            Span<T> scratch = Scratch<States, T>.Rent(2 * d), x = scratch[..d], z = scratch[d..];
            for (int row = from; row < to; row++)
            {
                Encode<TLane, T>(_embeddings.Slice(row * d, d), x, z);
                int current = d, pairs = 0;
                foreach (int width in cascade.Widths)
                {
                    PairStep.Forward<TLane, T>(_coefficients.Slice(pairs * PairCoefficients.PerPair, width * PairCoefficients.PerPair), x, z, current);
                    pairs += width;
                    current -= width;
                }
                x[..k].CopyTo(_states.Slice(row * 2 * k, k));
                z[..k].CopyTo(_states.Slice((row * 2 * k) + k, k));
            }
        }
    }

    /// <summary>A unit is one part of the rows, with coefficient gradients of its own.</summary>
    private readonly ref struct BackwardKernel<T>(
        Cascade cascade, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> embeddings, ReadOnlySpan<T> dstates, Span<T> dembeddings, Span<T> partial, int parts) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _coefficients = coefficients, _embeddings = embeddings, _dstates = dstates;
        private readonly Span<T> _dembeddings = dembeddings, _partial = partial;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, T>
        {
            int d = cascade.InputQubits, rows = _embeddings.Length / d;
            Span<T> scratch = Scratch<States, T>.Rent((4 * d) + (2 * cascade.Pairs));
            for (int part = from; part < to; part++)
            {
                Span<T> dcoefficients = _partial.Slice(part * _coefficients.Length, _coefficients.Length);
                int end = (int)((part + 1L) * rows / parts);
                for (int row = (int)((long)part * rows / parts); row < end; row++) Row<TLane>(row, scratch, dcoefficients);
            }
        }

        private void Row<TLane>(int row, Span<T> scratch, Span<T> dcoefficients)
            where TLane : struct, ILane<TLane, T>
        {
            int d = cascade.InputQubits, k = cascade.OutputQubits;
            Span<T> x = scratch[..d], z = scratch.Slice(d, d), dx = scratch.Slice(2 * d, d), dz = scratch.Slice(3 * d, d), before = scratch[(4 * d)..];
            ReadOnlySpan<T> u = _embeddings.Slice(row * d, d);
            Encode<TLane, T>(u, x, z);
            int current = d, pairs = 0;
            foreach (int width in cascade.Widths)
            {
                x.Slice(current - (2 * width), width).CopyTo(before[(2 * pairs)..]);
                z.Slice(current - (2 * width), width).CopyTo(before[((2 * pairs) + width)..]);
                PairStep.Forward<TLane, T>(_coefficients.Slice(pairs * PairCoefficients.PerPair, width * PairCoefficients.PerPair), x, z, current);
                pairs += width;
                current -= width;
            }

            _dstates.Slice(row * 2 * k, k).CopyTo(dx);
            _dstates.Slice((row * 2 * k) + k, k).CopyTo(dz);
            for (int step = cascade.Widths.Length - 1; step >= 0; step--)
            {
                int width = cascade.Widths[step];
                pairs -= width;
                current += width;
                int start = pairs * PairCoefficients.PerPair, length = width * PairCoefficients.PerPair;
                PairStep.Backward<TLane, T>(
                    _coefficients.Slice(start, length), before.Slice(2 * pairs, 2 * width), x, z, dx, dz, current, dcoefficients.Slice(start, length));
            }
            if (!_dembeddings.IsEmpty) Decode<TLane>(u, dx, dz, _dembeddings.Slice(row * d, d));
        }

        private static void Decode<TLane>(ReadOnlySpan<T> u, ReadOnlySpan<T> dx, ReadOnlySpan<T> dz, Span<T> du)
            where TLane : struct, ILane<TLane, T>
        {
            for (int i = 0; i < u.Length; i += TLane.Count)
            {
                int rest = u.Length - i;
                TLane gradient = Encoding.Backward<TLane, T>(Lanes.Take<TLane, T>(in u[i], rest), Lanes.Take<TLane, T>(in dx[i], rest), Lanes.Take<TLane, T>(in dz[i], rest));
                Lanes.Put(gradient + Lanes.Take<TLane, T>(in du[i], rest), ref du[i], rest);
            }
        }
    }
}
