using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QEngine.Simd;

/// <summary>Work that is written once for every lane width.</summary>
internal interface ILaneWork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Runs an item of the work with lanes of one width. To be marked as not inlined where it is more than a call.</summary>
    /// <param name="item">Which; 0 where the work is not in items.</param>
    void Run<TLane, TShort>(int item)
        where TLane : struct, ILane<TLane, T>
        where TShort : struct, IShortLane<TShort>;
}

/// <summary>The instruction tier of this process, and the one place where a lane is picked by it.</summary>
internal static class Tier
{
    /// <summary>Lane width in bits, or 0 without vectors.</summary>
    public static int Bits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>Elements of a lane of this process.</summary>
    public static int LaneCount<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Math.Max(1, Bits / (8 * Unsafe.SizeOf<T>()));

    /// <summary>Runs an item of work with the widest lanes; the conditions are constants of the code that is made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TWork, T>(scoped ref TWork work, int item)
        where TWork : struct, ILaneWork<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) work.Run<Lane512<T>, ShortLane512>(item);
        else if (Vector256.IsHardwareAccelerated) work.Run<Lane256<T>, ShortLane256>(item);
        else if (Vector128.IsHardwareAccelerated) work.Run<Lane128<T>, ShortLane128>(item);
        else work.Run<LaneScalar<T>, ShortLaneScalar>(item);
    }

    /// <summary>How this process multiplies bytes: what a step adds to every sum, and the sums of a register.</summary>
    public static (int Group, int Count) ByteProducts => VnniProducts.IsSupported
        ? (VnniProducts.Group, VnniProducts.Count)
        : (ShortProducts<ShortLaneScalar>.Group, LaneCount<float>());

    /// <summary>Runs work with products of bytes in the fastest way; see <see cref="Run{TWork, T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunBytes<TWork>(scoped ref TWork work)
        where TWork : struct, IByteWork, allows ref struct
    {
        if (VnniProducts.IsSupported)
        {
            if (Vector512.IsHardwareAccelerated) work.Run<Lane512<float>, VnniProducts, Vector256<int>>();
            else work.Run<Lane256<float>, VnniProducts, Vector256<int>>();
        }
        else if (Vector512.IsHardwareAccelerated) work.Run<Lane512<float>, ShortProducts<ShortLane512>, ShortLane512>();
        else if (Vector256.IsHardwareAccelerated) work.Run<Lane256<float>, ShortProducts<ShortLane256>, ShortLane256>();
        else if (Vector128.IsHardwareAccelerated) work.Run<Lane128<float>, ShortProducts<ShortLane128>, ShortLane128>();
        else work.Run<LaneScalar<float>, ShortProducts<ShortLaneScalar>, ShortLaneScalar>();
    }
}
