using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>A kernel over a range of units (rows, columns, sequences) that is written once for every lane width.</summary>
internal interface IRangeKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the units <paramref name="from"/> to <paramref name="to"/> - 1.</summary>
    /// <param name="from">First unit.</param>
    /// <param name="to">One past the last unit.</param>
    void Run<TLane>(int from, int to)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>Runs an <see cref="IRangeKernel{T}"/>: shares the units out and picks the lane.</summary>
internal static class RangeKernel
{
    // Elements an item should touch: enough to pay for handing it to another thread.
    private const int ElementsPerItem = 1 << 14;

    /// <summary>Runs a kernel over <paramref name="units"/> units of about <paramref name="unitCost"/> elements each.</summary>
    /// <remarks>How the units are grouped depends on the problem alone, not on the number of threads.</remarks>
    /// <param name="workers">The threads to use.</param>
    /// <param name="units">How many units.</param>
    /// <param name="unitCost">Elements a unit touches; sets how many units go together.</param>
    /// <param name="kernel">The kernel with its spans; what runs is a copy.</param>
    public static void Run<TKernel, T>(WorkerPool workers, int units, long unitCost, scoped ref readonly TKernel kernel)
        where TKernel : struct, IRangeKernel<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (units <= 0) return;
        int grain = (int)Math.Clamp(ElementsPerItem / Math.Max(1, unitCost), 1, units);
        Body<TKernel, T> body = new(kernel, units, grain);
        workers.For((units + grain - 1) / grain, ref body);
    }

    private readonly ref struct Body<TKernel, T>(TKernel kernel, int units, int grain) : IParallelBody, ILaneWork<T>
        where TKernel : struct, IRangeKernel<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly TKernel _kernel = kernel;

        public void Invoke(int item) => Tier.Run<Body<TKernel, T>, T>(ref Unsafe.AsRef(in this), item);

        // By reference: a call on the readonly field would be made on a copy.
        void ILaneWork<T>.Run<TLane, TShort>(int item) =>
            Unsafe.AsRef(in _kernel).Run<TLane>(item * grain, Math.Min(units, (item * grain) + grain));
    }
}
