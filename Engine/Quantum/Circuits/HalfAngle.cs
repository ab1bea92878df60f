using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>Sine and cosine of half of an angle.</summary>
internal static class HalfAngle<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Of the angle that a number makes.</summary>
    /// <param name="angle">How the angle depends on the number.</param>
    /// <param name="x">The number.</param>
    /// <param name="cos">The cosine.</param>
    /// <returns>The sine.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TLane SinCos(in Angle angle, TLane x, out TLane cos)
    {
        TLane half = TLane.MultiplyAdd(Lanes<TLane, T>.Constant(angle.Factor / 2), x, Lanes<TLane, T>.Constant(angle.Offset / 2));
        return Functions<TLane, T>.SinCos(Functions<TLane, T>.WithoutTurns(half), out cos);
    }
}
