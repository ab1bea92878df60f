using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

public static partial class Functions
{
    /// <summary>
    /// Sine and cosine of angles from -pi to pi (as rounded), within 1.5 units in the last place: the sine has the angle's sign, of zeros and
    /// of the ends too. NaN stays.
    /// </summary>
    /// <remarks>
    /// Largest error measured: single precision 1.44 units (every angle), double 1.0 from the C library's (20,000 angles). The angle is folded at pi/2 and at pi/4, both in two parts (Cody and Waite, 1980), and what is left goes into Taylor's series, cut where
    /// terms are below a twentieth of a unit in the last place.
    /// </remarks>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="x">Radians; beyond pi the results mean nothing.</param>
    /// <param name="cos">The cosine.</param>
    /// <returns>The sine.</returns>
    [MethodImpl(Inline)]
    public static TLane SinCos<TLane, T>(TLane x, out TLane cos)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // What pi/2 and pi, rounded, are below themselves.
        double below = typeof(T) == typeof(float) ? -4.3711390001862426e-8 : 6.123233995736766e-17;
        TLane size = TLane.Abs(x);
        TLane toHalfTurn = TLane.Abs((TLane.Splat(T.Pi) - size) + Constant<TLane, T>(2 * below));
        TLane toQuarterTurn = (TLane.Splat(T.Pi / (T.One + T.One)) - size) + Constant<TLane, T>(below), rest = TLane.Abs(toQuarterTurn);
        TLane t = TLane.Min(size, toHalfTurn), r = TLane.Min(t, rest), square = r * r;
        TLane sinR = TLane.MultiplyAdd(r * square, SinTail<TLane, T>(square), r), cosR = TLane.MultiplyAdd(square, CosTail<TLane, T>(square), TLane.Splat(T.One));
        // The bits of a number without those of its size are its sign.
        cos = TLane.AddBits(TLane.WhereLess(rest, t, sinR, cosR), TLane.SubtractBits(toQuarterTurn, rest));
        return TLane.AddBits(TLane.WhereLess(rest, t, cosR, sinR), TLane.SubtractBits(x, size));
    }

    /// <summary>(sin r - r) / r^3 of y = r^2.</summary>
    [MethodImpl(Inline)]
    private static TLane SinTail<TLane, T>(TLane y)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane p;
        if (typeof(T) == typeof(float))
        {
            p = Constant<TLane, T>(1.0 / 362880);
        }
        else
        {
            p = Constant<TLane, T>(1.0 / 355687428096000);
            p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(-1.0 / 1307674368000));
            p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(1.0 / 6227020800));
            p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(-1.0 / 39916800));
            p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(1.0 / 362880));
        }
        p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(-1.0 / 5040));
        p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(1.0 / 120));
        return TLane.MultiplyAdd(p, y, Constant<TLane, T>(-1.0 / 6));
    }

    /// <summary>(cos r - 1) / r^2 of y = r^2.</summary>
    [MethodImpl(Inline)]
    private static TLane CosTail<TLane, T>(TLane y)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane p;
        if (typeof(T) == typeof(float))
        {
            p = Constant<TLane, T>(-1.0 / 3628800);
        }
        else
        {
            p = Constant<TLane, T>(-1.0 / 6402373705728000);
            p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(1.0 / 20922789888000));
            p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(-1.0 / 87178291200));
            p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(1.0 / 479001600));
            p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(-1.0 / 3628800));
        }
        p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(1.0 / 40320));
        p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(-1.0 / 720));
        p = TLane.MultiplyAdd(p, y, Constant<TLane, T>(1.0 / 24));
        return TLane.MultiplyAdd(p, y, Constant<TLane, T>(-0.5));
    }
}
