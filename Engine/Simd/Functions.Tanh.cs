using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

public static partial class Functions
{
    /// <summary>Hyperbolic tangent within 2 units in the last place; +-0, subnormals, +-1 at the ends and NaN come out as they should.</summary>
    /// <remarks>
    /// Largest error measured: single precision 1.34 units (every argument from 2^-12 to 16), double 1.33 (8000 arguments).
    /// Rational approximation of (tanh x - x)/x^3 below 0.625, 1 - 2/(e^(2|x|)+1) above
    /// (coefficients: Moshier, Cephes mathematical library, tanh.c).
    /// </remarks>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="x">Argument.</param>
    [MethodImpl(Inline)]
    public static TLane Tanh<TLane, T>(TLane x)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane zero = TLane.Splat(T.Zero), one = TLane.Splat(T.One), two = one + one;
        TLane size = TLane.Abs(x);

        TLane z = x * x;
        TLane p = Constant<TLane, T>(-9.64399179425052238628E-1);
        p = TLane.MultiplyAdd(p, z, Constant<TLane, T>(-9.92877231001918586564E1));
        p = TLane.MultiplyAdd(p, z, Constant<TLane, T>(-1.61468768441708447952E3));
        TLane q = z + Constant<TLane, T>(1.12811678491632931402E2);
        q = TLane.MultiplyAdd(q, z, Constant<TLane, T>(2.23548839060100448583E3));
        q = TLane.MultiplyAdd(q, z, Constant<TLane, T>(4.84406305325125486048E3));
        TLane near = TLane.MultiplyAdd(x * z, p / q, x);
        // Keeps the sign of -0.
        near = TLane.WhereLess(zero, size, near, x);

        // Beyond 22 the result is 1 in double too, and the exponential must not overflow.
        TLane capped = TLane.Min(size, Constant<TLane, T>(22));
        TLane far = one - (two / (Exp<TLane, T>(capped + capped) + one));
        far = TLane.WhereLess(x, zero, zero - far, far);
        return TLane.WhereLess(size, Constant<TLane, T>(0.625), near, far);
    }
}
