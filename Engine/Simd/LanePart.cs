using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>How much of a lane a row still fills, known when a loop's code is made.</summary>
/// <remarks>
/// A loop that may meet a part of a lane holds a call, and the compiler then keeps its lanes in memory rather than in registers: up to four
/// times the time was measured. So a kernel runs its formula over whole lanes first and once more over the part, in a method without inlining.
/// </remarks>
internal interface ILanePart
{
    /// <summary>Reads the next lane of a row that has <paramref name="rest"/> elements left.</summary>
    static abstract TLane Take<TLane, T>(ref readonly T source, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Writes it.</summary>
    static abstract void Put<TLane, T>(TLane lane, ref T destination, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>At least a whole lane is left.</summary>
internal readonly struct WholeLane : ILanePart
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Take<TLane, T>(ref readonly T source, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TLane.Load(in source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TLane, T>(TLane lane, ref T destination, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => lane.Store(ref destination);
}

/// <summary>Perhaps less than a lane is left; what is missing is read as 0.</summary>
internal readonly struct PartOfLane : ILanePart
{
    /// <inheritdoc/>
    public static TLane Take<TLane, T>(ref readonly T source, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lanes.Take<TLane, T>(in source, rest);

    /// <inheritdoc/>
    public static void Put<TLane, T>(TLane lane, ref T destination, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lanes.Put(lane, ref destination, rest);
}
