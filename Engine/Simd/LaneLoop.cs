using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>A loop over elements that formulas do not fit: several results, sums, or a walk of its own for every lane.</summary>
internal interface ILaneLoop<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Runs from one element to before another, a lane at a time. To be marked as not inlined.</summary>
    /// <typeparam name="TPart">Reads and writes lanes: all whole, or one that is not.</typeparam>
    void Run<TPart>(int from, int to)
        where TPart : struct, ILanePart<TLane, T>;
}

/// <summary>Runs loops: whole lanes first, then what is left of one.</summary>
internal static class LaneLoop<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Runs a loop; it is called twice at most, and may add up in its fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLoop>(scoped ref TLoop loop, int from, int to)
        where TLoop : struct, ILaneLoop<TLane, T>, allows ref struct
    {
        int whole = to - ((to - from) % TLane.Count);
        loop.Run<WholeLane<TLane, T>>(from, whole);
        if (whole < to) loop.Run<PartOfLane<TLane, T>>(whole, to);
    }
}
