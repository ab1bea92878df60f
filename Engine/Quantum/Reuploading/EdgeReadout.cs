using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>What is read from the Bloch vector of an edge's qubit, and its gradient.</summary>
/// <remarks>
/// With d = (x^2 + y^2)^(1/2) = 2 |alpha| |beta|, |alpha| - |beta| = z / (1 + d)^(1/2), which loses no digits near the poles. At the poles
/// themselves d has no derivative and gets 0.
/// </remarks>
internal static class EdgeReadout<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The value.</summary>
    [MethodImpl(Inline)]
    public static TLane Value(DaruanReadout readout, in BlochVector<TLane, T> v) =>
        readout == DaruanReadout.Expectation ? v.Z : v.Z / TLane.Sqrt(TLane.Splat(T.One) + Distance(v));

    /// <summary>The gradient of the vector.</summary>
    /// <param name="readout">What is read.</param>
    /// <param name="v">The vector.</param>
    /// <param name="gradient">That of the value.</param>
    [MethodImpl(Inline)]
    public static BlochVector<TLane, T> Gradient(DaruanReadout readout, in BlochVector<TLane, T> v, TLane gradient)
    {
        TLane zero = TLane.Splat(T.Zero);
        if (readout == DaruanReadout.Expectation) return new(zero, zero, gradient);
        TLane distance = Distance(v), norm = TLane.Splat(T.One) + distance;
        TLane dz = gradient / TLane.Sqrt(norm);
        TLane perDistance = Lanes<TLane, T>.Constant(-0.5) * dz * v.Z / (norm * distance);
        perDistance = TLane.WhereLess(zero, distance, perDistance, zero);
        return new(perDistance * v.X, perDistance * v.Y, dz);
    }

    [MethodImpl(Inline)]
    private static TLane Distance(in BlochVector<TLane, T> v) => TLane.Sqrt(TLane.MultiplyAdd(v.X, v.X, v.Y * v.Y));
}
