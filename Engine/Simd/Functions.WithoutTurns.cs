using System.Runtime.CompilerServices;

namespace QEngine.Simd;

internal static partial class Functions<TLane, T>
{
    /// <summary>
    /// Angles less whole turns, from -pi to pi, what <see cref="SinCos"/> takes; those between stay as they are. NaN stays, and infinities
    /// become NaN.
    /// </summary>
    /// <remarks>
    /// Sines and cosines of the results are within 3.5e-7 (6.5e-16 in double precision) of those of angles up to 2^13 (2^20) turns: two
    /// roundings of a number near pi and the 1.5 units in the last place of <see cref="SinCos"/>. Beyond, the error grows with the angle,
    /// as does the distance of one number to the next, until the result is some angle or other.
    /// </remarks>
    [MethodImpl(Inline)]
    public static TLane WithoutTurns(TLane x)
    {
        // The number of turns of a large angle is rounded before it is rounded to a whole one, and may be one off: hence twice.
        TLane rest = WithoutNearestTurns(WithoutNearestTurns(x));
        return TLane.Max(TLane.Splat(-T.Pi), TLane.Min(TLane.Splat(T.Pi), rest));
    }

    /// <summary>
    /// 2 pi is taken off in three parts (Cody and Waite, 1980), the first two so short that their products with up to 2^13 (2^20) turns are
    /// exact.
    /// </summary>
    [MethodImpl(Inline)]
    private static TLane WithoutNearestTurns(TLane x)
    {
        TLane turns = PowerOfTwo<TLane, T>.Round(x * Constant(1 / (2 * Math.PI))).Whole;
        bool single = typeof(T) == typeof(float);
        TLane rest = TLane.MultiplyAdd(turns, Constant(single ? -6.28125 : -6.2831853069365025), x);
        rest = TLane.MultiplyAdd(turns, Constant(single ? -0.00193500518798828125 : -2.4308402025215864e-10), rest);
        return TLane.MultiplyAdd(turns, Constant(single ? -3.019915981956753e-07 : -8.089064995183803e-21), rest);
    }
}
