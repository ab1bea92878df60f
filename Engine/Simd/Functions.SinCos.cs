using System.Runtime.CompilerServices;

namespace QEngine.Simd;

internal static partial class Functions<TLane, T>
{
    /// <summary>
    /// Sine and cosine of angles from -pi to pi (as rounded), within 1.5 units in the last place: the sine has the angle's sign, of zeros
    /// and of the ends too. NaN stays; beyond pi the results mean nothing.
    /// </summary>
    /// <remarks>
    /// Maximum error measured: single precision 1.44 units (every angle), double 1.0 from the C library's (20,000 angles). The angle is
    /// folded at pi/2 and at pi/4, both in two parts (Cody and Waite, 1980), and what is left goes into Taylor's series, cut where terms
    /// are below a twentieth of a unit in the last place.
    /// </remarks>
    /// <returns>The sine.</returns>
    [MethodImpl(Inline)]
    public static TLane SinCos(TLane x, out TLane cos)
    {
        // What pi/2 and pi, rounded, are below themselves.
        double below = typeof(T) == typeof(float) ? -4.3711390001862426e-8 : 6.123233995736766e-17;
        TLane magnitude = TLane.Abs(x);
        TLane toPi = TLane.Abs((TLane.Splat(T.Pi) - magnitude) + Constant(2 * below));
        TLane toHalfPi = (TLane.Splat(T.Pi / (T.One + T.One)) - magnitude) + Constant(below);
        TLane rest = TLane.Abs(toHalfPi);
        TLane t = TLane.Min(magnitude, toPi);
        TLane r = TLane.Min(t, rest);
        TLane square = r * r;
        TLane sinR = TLane.MultiplyAdd(r * square, SinTail(square), r);
        TLane cosR = TLane.MultiplyAdd(square, CosTail(square), TLane.Splat(T.One));
        // The bits of a number without those of its magnitude are its sign.
        cos = TLane.AddBits(TLane.WhereLess(rest, t, sinR, cosR), TLane.SubtractBits(toHalfPi, rest));
        return TLane.AddBits(TLane.WhereLess(rest, t, cosR, sinR), TLane.SubtractBits(x, magnitude));
    }

    /// <summary>(sin r - r) / r^3 of y = r^2.</summary>
    [MethodImpl(Inline)]
    private static TLane SinTail(TLane y) => typeof(T) == typeof(float)
        ? Polynomial<TLane, T>.Horner(y, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6)
        : Polynomial<TLane, T>.Horner(
            y, 1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120,
            -1.0 / 6);

    /// <summary>(cos r - 1) / r^2 of y = r^2.</summary>
    [MethodImpl(Inline)]
    private static TLane CosTail(TLane y) => typeof(T) == typeof(float)
        ? Polynomial<TLane, T>.Horner(y, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24, -0.5)
        : Polynomial<TLane, T>.Horner(
            y,
            -1.0 / 6402373705728000,
            1.0 / 20922789888000,
            -1.0 / 87178291200,
            1.0 / 479001600,
            -1.0 / 3628800,
            1.0 / 40320,
            -1.0 / 720,
            1.0 / 24,
            -0.5);
}
