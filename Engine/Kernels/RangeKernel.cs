using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>A kernel over a range of units (rows, columns, sequences) that is written once for every lane width.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IRangeKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the units <paramref name="from"/> to <paramref name="to"/> - 1.</summary>
    /// <typeparam name="TLane">The lane to compute with.</typeparam>
    /// <param name="from">First unit.</param>
    /// <param name="to">One past the last unit.</param>
    void Run<TLane>(int from, int to)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>Runs an <see cref="IRangeKernel{T}"/>: shares the units out and picks the lane.</summary>
public static class RangeKernel
{
    // Elements an item should touch: enough to pay for handing it to another thread.
    private const int ElementsPerItem = 1 << 14;

    /// <summary>Runs a kernel over <paramref name="units"/> units of about <paramref name="unitCost"/> elements each.</summary>
    /// <remarks>How the units are grouped depends on the problem alone, not on the number of threads.</remarks>
    /// <typeparam name="TKernel">The kernel.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="units">How many units.</param>
    /// <param name="unitCost">Elements a unit touches; sets how many units go together.</param>
    /// <param name="kernel">The kernel with its spans; what runs is a copy.</param>
    public static void Run<TKernel, T>(WorkerPool workers, int units, long unitCost, scoped ref readonly TKernel kernel)
        where TKernel : struct, IRangeKernel<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(workers);
        if (units <= 0) return;
        int grain = (int)Math.Clamp(ElementsPerItem / Math.Max(1, unitCost), 1, units);
        Body<TKernel, T> body = new(kernel, units, grain);
        workers.For((units + grain - 1) / grain, ref body);
    }

    /// <summary>Elements of the lane that kernels run with in this process.</summary>
    /// <typeparam name="T">The element.</typeparam>
    public static int LaneCount<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Math.Max(1, Lanes.Bits / (8 * Unsafe.SizeOf<T>()));

    private readonly ref struct Body<TKernel, T>(TKernel kernel, int units, int grain) : IParallelBody
        where TKernel : struct, IRangeKernel<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly TKernel _kernel = kernel;

        public void Invoke(int item)
        {
            // By reference: a call on the readonly field would be made on a copy.
            ref TKernel kernel = ref Unsafe.AsRef(in _kernel);
            int from = item * grain, to = Math.Min(units, from + grain);
            if (Vector512.IsHardwareAccelerated) kernel.Run<Lane512<T>>(from, to);
            else if (Vector256.IsHardwareAccelerated) kernel.Run<Lane256<T>>(from, to);
            else if (Vector128.IsHardwareAccelerated) kernel.Run<Lane128<T>>(from, to);
            else kernel.Run<LaneScalar<T>>(from, to);
        }
    }
}
