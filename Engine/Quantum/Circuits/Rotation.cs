using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// A rotation of one qubit in every element of a lane, the unitary w - i (x X + y Y + z Z): a unit quaternion, cosine and sine of half
/// the angle along the axis.
/// </summary>
internal readonly struct Rotation<TLane, T>(TLane w, TLane x, TLane y, TLane z)
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The real part.</summary>
    public TLane W { get; } = w;

    /// <summary>The part along x.</summary>
    public TLane X { get; } = x;

    /// <summary>The part along y.</summary>
    public TLane Y { get; } = y;

    /// <summary>The part along z.</summary>
    public TLane Z { get; } = z;

    /// <summary>The rotation back.</summary>
    public Rotation<TLane, T> Inverse
    {
        [MethodImpl(Inline)]
        get
        {
            TLane zero = TLane.Splat(T.Zero);
            return new(W, zero - X, zero - Y, zero - Z);
        }
    }

    /// <summary>A rotation about a constant axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="cos">Cosine of half the angle.</param>
    /// <param name="sin">Sine of half the angle.</param>
    [MethodImpl(Inline)]
    public static Rotation<TLane, T> About(in Axis axis, TLane cos, TLane sin) =>
        new(cos, Lanes<TLane, T>.Constant(axis.X) * sin, Lanes<TLane, T>.Constant(axis.Y) * sin, Lanes<TLane, T>.Constant(axis.Z) * sin);

    /// <summary>This rotation and then another: Hamilton's product, the later factor first.</summary>
    [MethodImpl(Inline)]
    public Rotation<TLane, T> Then(in Rotation<TLane, T> next) => new(
        (next.W * W) - (next.X * X) - (next.Y * Y) - (next.Z * Z),
        (next.W * X) + (next.X * W) + (next.Y * Z) - (next.Z * Y),
        (next.W * Y) + (next.Y * W) + (next.Z * X) - (next.X * Z),
        (next.W * Z) + (next.Z * W) + (next.X * Y) - (next.Y * X));

    /// <summary>A vector turned by the rotation: k + 2 w (v x k) + 2 v x (v x k).</summary>
    [MethodImpl(Inline)]
    public (TLane X, TLane Y, TLane Z) Turn(TLane x, TLane y, TLane z)
    {
        (TLane cx, TLane cy, TLane cz) = Cross(x + x, y + y, z + z);
        (TLane ccx, TLane ccy, TLane ccz) = Cross(cx, cy, cz);
        return (TLane.MultiplyAdd(W, cx, x + ccx), TLane.MultiplyAdd(W, cy, y + ccy), TLane.MultiplyAdd(W, cz, z + ccz));
    }

    [MethodImpl(Inline)]
    private (TLane X, TLane Y, TLane Z) Cross(TLane x, TLane y, TLane z) => ((Y * z) - (Z * y), (Z * x) - (X * z), (X * y) - (Y * x));
}
