using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>How much of a lane a row still fills, known when the code is compiled: the body of a loop has no branch for its tail.</summary>
internal interface IReach
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
internal readonly struct WholeLane : IReach
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

/// <summary>The tail: fewer elements than a lane; the missing ones are read as 0.</summary>
internal readonly struct PartOfLane : IReach
{
    /// <inheritdoc/>
    public static TLane Take<TLane, T>(ref readonly T source, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lanes.LoadPartial<TLane, T>(in source, rest, T.Zero);

    /// <inheritdoc/>
    public static void Put<TLane, T>(TLane lane, ref T destination, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lanes.StorePartial(lane, ref destination, rest);
}
