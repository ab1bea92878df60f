using System.Runtime.CompilerServices;

namespace QEngine.Simd;

internal static partial class Functions<TLane, T>
{
    private const double TangentOf3PiOver8 = 2.41421356237309504880;

    /// <summary>
    /// Arc tangent within 2 units in the last place; +-0, subnormals, +-pi/2 at the infinities and NaN come out as they should.
    /// </summary>
    /// <remarks>
    /// Maximum error measured: single precision 1.02 units (every argument from 2^-12 to 16), double 0.83 (8000 arguments).
    /// Rational approximation of (atan x - x)/x^3 up to 0.66, pi/4 + atan((x - 1)/(x + 1)) from there to tan(3 pi/8), pi/2 - atan(1/x)
    /// above (Moshier, Cephes mathematical library, atan.c).
    /// </remarks>
    [MethodImpl(Inline)]
    public static TLane Atan(TLane x)
    {
        TLane zero = TLane.Splat(T.Zero), one = TLane.Splat(T.One);
        TLane magnitude = TLane.Abs(x), middle = Constant(0.66), far = Constant(TangentOf3PiOver8);
        TLane near = TLane.WhereLess(middle, magnitude, (magnitude - one) / (magnitude + one), magnitude);
        near = TLane.WhereLess(far, magnitude, (zero - one) / magnitude, near);

        TLane z = near * near;
        TLane p = Polynomial<TLane, T>.Horner(
            z, -8.750608600031904122785E-1, -1.615753718733365076637E1, -7.500855792314704667340E1, -1.228866684490136173410E2,
            -6.485021904942025371773E1);
        TLane q = Polynomial<TLane, T>.Horner(
            z, 1, 2.485846490142306297962E1, 1.650270098316988542046E2, 4.328810604912902668951E2, 4.853903996359136964868E2,
            1.945506571482613964425E2);
        TLane angle = TLane.MultiplyAdd(near * z, p / q, near);

        // The quarter or eighth of a turn that was taken away, in two parts.
        TLane eighths = TLane.WhereLess(far, magnitude, one + one, TLane.WhereLess(middle, magnitude, one, zero));
        angle = (eighths * Constant(Math.PI / 4)) + (angle + (eighths * Constant(RestOfPiOver4)));
        angle = TLane.WhereLess(x, zero, zero - angle, angle);
        // Keeps the sign of -0.
        return TLane.WhereLess(zero, magnitude, angle, x);
    }

    /// <summary>What pi/4 is above the number of the type next to it.</summary>
    private static double RestOfPiOver4 => typeof(T) == typeof(float) ? -2.1855695e-8 : 3.061616997868383e-17;
}
