using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Sum of the squares of a long span.</summary>
internal static class SquaredNorm
{
    private const int Chunk = 1 << 14;
    private const int MaxParts = 1 << 12;

    /// <summary>
    /// Computes the sum: chunks of fixed size, added up in order and in double, so that the thread count does not matter.
    /// </summary>
    public static double Compute<T>(WorkerPool workers, ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> parts = stackalloc double[(int)Math.Min(MaxParts, (x.Length + (long)Chunk - 1) / Chunk)];
        Kernel<T> kernel = new(x, parts);
        RangeKernel.Run<Kernel<T>, T>(workers, parts.Length, Chunk, ref kernel);
        double sum = 0;
        foreach (double part in parts) sum += part;
        return sum;
    }

    private readonly ref struct Kernel<T>(ReadOnlySpan<T> x, Span<double> parts) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<double> _parts = parts;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int part = from; part < to; part++)
            {
                double sum = 0;
                for (long start = (long)part * Chunk; start < _x.Length; start += (long)_parts.Length * Chunk)
                {
                    ReadOnlySpan<T> chunk = _x.Slice((int)start, (int)Math.Min(Chunk, _x.Length - start));
                    sum += double.CreateTruncating(Rows<TLane, T>.Dot(chunk, chunk));
                }
                _parts[part] = sum;
            }
        }
    }
}
