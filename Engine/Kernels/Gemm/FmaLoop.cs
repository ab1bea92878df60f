using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>A loop of multiply-adds that never leaves the registers: the roofline other kernels are measured against.</summary>
internal static class FmaLoop
{
    // Independent chains: enough to fill two units of four cycles' latency, few enough for the 16 registers of AVX2.
    private const int Chains = 12;

    /// <summary>Runs the loop on every thread of a pool.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="iterations">Iterations of the loop on each thread.</param>
    /// <param name="results">[threads], 2 per element and chain: the limit of a = a / 2 + 1, so that the loop cannot be left out.</param>
    /// <returns>Floating point operations done, two to a multiply-add.</returns>
    public static long Run<T>(WorkerPool workers, int iterations, Span<T> results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Kernel<T> kernel = new(iterations, results);
        RangeKernel.Run<Kernel<T>, T>(workers, results.Length, int.MaxValue, ref kernel);
        return 2L * Chains * Tier.LaneCount<T>() * iterations * results.Length;
    }

    private readonly ref struct Kernel<T>(int iterations, Span<T> results) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<T> _results = results;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int i = from; i < to; i++) _results[i] = Loop<TLane>(iterations).Sum();
        }

        // Optimised at once: the loop runs a few times for long, and code that is replaced while it runs was measured a fifth slower.
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static TLane Loop<TLane>(int iterations)
            where TLane : struct, ILane<TLane, T>
        {
            TLane x = Lanes<TLane, T>.Constant(0.5);
            TLane y = TLane.Splat(T.One);
            TLane a0 = y, a1 = y, a2 = y, a3 = y, a4 = y, a5 = y, a6 = y, a7 = y, a8 = y, a9 = y, a10 = y, a11 = y;
            for (int i = 0; i < iterations; i++)
            {
                a0 = TLane.MultiplyAdd(a0, x, y);
                a1 = TLane.MultiplyAdd(a1, x, y);
                a2 = TLane.MultiplyAdd(a2, x, y);
                a3 = TLane.MultiplyAdd(a3, x, y);
                a4 = TLane.MultiplyAdd(a4, x, y);
                a5 = TLane.MultiplyAdd(a5, x, y);
                a6 = TLane.MultiplyAdd(a6, x, y);
                a7 = TLane.MultiplyAdd(a7, x, y);
                a8 = TLane.MultiplyAdd(a8, x, y);
                a9 = TLane.MultiplyAdd(a9, x, y);
                a10 = TLane.MultiplyAdd(a10, x, y);
                a11 = TLane.MultiplyAdd(a11, x, y);
            }
            return (a0 + a1 + (a2 + a3)) + (a4 + a5 + (a6 + a7)) + (a8 + a9 + (a10 + a11));
        }
    }
}
