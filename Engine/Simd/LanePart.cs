using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>How much of a lane a row still fills, known when a loop's code is made.</summary>
/// <remarks>
/// A loop that may meet a part of a lane holds a call, and the compiler then keeps its lanes in memory rather than in registers: up to four
/// times the time was measured. So a kernel runs its formula over whole lanes first and once more over the part, in a method without
/// inlining.
/// </remarks>
internal interface ILanePart<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads the next lane of a row that has <paramref name="rest"/> elements left.</summary>
    static abstract TLane Take(ref readonly T source, int rest);

    /// <summary>Writes it.</summary>
    static abstract void Put(TLane lane, ref T destination, int rest);
}

/// <summary>At least a whole lane is left.</summary>
internal readonly struct WholeLane<TLane, T> : ILanePart<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Take(ref readonly T source, int rest) => TLane.Load(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(TLane lane, ref T destination, int rest) => lane.Store(ref destination);
}

/// <summary>Perhaps less than a lane is left; what is missing is read as 0.</summary>
internal readonly struct PartOfLane<TLane, T> : ILanePart<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TLane Take(ref readonly T source, int rest) => Lanes<TLane, T>.Take(in source, rest);

    public static void Put(TLane lane, ref T destination, int rest) => Lanes<TLane, T>.Put(lane, ref destination, rest);
}
