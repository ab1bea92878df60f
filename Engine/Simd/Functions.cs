using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>Elementary functions on lanes that the platform does not vectorise.</summary>
public static class Functions
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // Up to here the platform's double exponential is one formula; e^-708 is close to the smallest normal number.
    private const double LargestExponent = 708;

    /// <summary>Hyperbolic tangent within 2 units in the last place; +-0, subnormals, +-1 at the ends and NaN come out as they should.</summary>
    /// <remarks>
    /// Largest error measured: single precision 1.72 units (every argument from 2^-12 to 16), double 1.33 (8000 arguments).
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
        TLane far = one - (two / (TLane.Exp(capped + capped) + one));
        far = TLane.WhereLess(x, zero, zero - far, far);
        return TLane.WhereLess(size, Constant<TLane, T>(0.625), near, far);
    }

    /// <summary>
    /// The error function 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x, within 8 units in the last place in
    /// single precision and 3 in double; +-0, +-1 at the ends and NaN come out as they should.
    /// </summary>
    /// <remarks>
    /// Largest error measured: single precision 7.48 units with fused multiply-add and 7.95 without (every argument from
    /// 2^-12 to 16), double 2.25 (8000 arguments). Between 3 and 4 a single may be 1 + 2^-23: a clamp would cost GELU a quarter.
    /// Double: Moshier, Cephes, ndtr.c. Float: the odd rational minimax approximation on [-4, 4] of degree 13 over 8
    /// that Eigen and XLA use; beyond 4 the function is 1 in single precision.
    /// </remarks>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="x">Argument.</param>
    [MethodImpl(Inline)]
    public static TLane Erf<TLane, T>(TLane x)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? ErfSingle<TLane, T>(x) : ErfDouble<TLane, T>(x);

    /// <summary>
    /// e^x from the platform's value in single precision, which is 1 + 2^-23 at 0: closer than 2^-13 the result is
    /// 1 + x, so that e^0 is 1 and e^x of a negative x is never above 1.
    /// </summary>
    [MethodImpl(Inline)]
    internal static TLane ExactNearZero<TLane, T>(TLane x, TLane exp)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TLane.WhereLess(TLane.Abs(x), Constant<TLane, T>(1.0 / 8192), TLane.Splat(T.One) + x, exp);

    /// <summary>The argument of the platform's double exponential, 0 in place of what <see cref="Saturated"/> answers.</summary>
    /// <remarks>
    /// Where any element is beyond +-708 or NaN the platform takes another way for the whole lane, whose last places
    /// differ, and differ again once the runtime has optimised its code: results would depend on neighbours and on time.
    /// </remarks>
    [MethodImpl(Inline)]
    internal static TLane WithinRange<TLane, T>(TLane x)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TLane.WhereLess(TLane.Abs(x), Constant<TLane, T>(LargestExponent), x, TLane.Splat(T.Zero));

    /// <summary>e^x within +-708, 0 below, infinity above, NaN for NaN.</summary>
    [MethodImpl(Inline)]
    internal static TLane Saturated<TLane, T>(TLane x, TLane exp)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane zero = TLane.Splat(T.Zero), beyond = TLane.WhereLess(x, zero, zero, x + TLane.Splat(T.PositiveInfinity));
        return TLane.WhereLess(TLane.Abs(x), Constant<TLane, T>(LargestExponent), exp, beyond);
    }

    [MethodImpl(Inline)]
    private static TLane ErfSingle<TLane, T>(TLane x)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        x = TLane.Max(TLane.Min(x, Constant<TLane, T>(4)), Constant<TLane, T>(-4));
        TLane z = x * x;
        TLane p = Constant<TLane, T>(-2.72614225801306e-10);
        p = TLane.MultiplyAdd(p, z, Constant<TLane, T>(2.77068142495902e-08));
        p = TLane.MultiplyAdd(p, z, Constant<TLane, T>(-2.10102402082508e-06));
        p = TLane.MultiplyAdd(p, z, Constant<TLane, T>(-5.69250639462346e-05));
        p = TLane.MultiplyAdd(p, z, Constant<TLane, T>(-7.34990630326855e-04));
        p = TLane.MultiplyAdd(p, z, Constant<TLane, T>(-2.95459980854025e-03));
        p = TLane.MultiplyAdd(p, z, Constant<TLane, T>(-1.60960333262415e-02));
        TLane q = Constant<TLane, T>(-1.45660718464996e-05);
        q = TLane.MultiplyAdd(q, z, Constant<TLane, T>(-2.13374055278905e-04));
        q = TLane.MultiplyAdd(q, z, Constant<TLane, T>(-1.68282697438203e-03));
        q = TLane.MultiplyAdd(q, z, Constant<TLane, T>(-7.37332916720468e-03));
        q = TLane.MultiplyAdd(q, z, Constant<TLane, T>(-1.42647390514189e-02));
        // In this order a subnormal argument loses nothing.
        return x * (p / q);
    }

    private static TLane ErfDouble<TLane, T>(TLane x)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane zero = TLane.Splat(T.Zero), one = TLane.Splat(T.One);
        TLane z = x * x;
        TLane near = x * Polynomial<TLane, T>(z, NearNumerator) / Polynomial<TLane, T>(z, NearDenominator);

        // Beyond 7 the function is 1 in double too; the cap keeps the polynomials in their range.
        TLane size = TLane.Min(TLane.Abs(x), Constant<TLane, T>(7));
        TLane far = Polynomial<TLane, T>(size, FarNumerator) / Polynomial<TLane, T>(size, FarDenominator);
        far = one - (TLane.Exp(zero - (size * size)) * far);
        far = TLane.WhereLess(x, zero, zero - far, far);
        return TLane.WhereLess(TLane.Abs(x), one, near, far);
    }

    [MethodImpl(Inline)]
    private static TLane Polynomial<TLane, T>(TLane x, ReadOnlySpan<double> coefficients)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane value = Constant<TLane, T>(coefficients[0]);
        for (int i = 1; i < coefficients.Length; i++) value = TLane.MultiplyAdd(value, x, Constant<TLane, T>(coefficients[i]));
        return value;
    }

    [MethodImpl(Inline)]
    private static TLane Constant<TLane, T>(double value)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Lanes.Constant<TLane, T>(value);

    // Highest power first.
    private static ReadOnlySpan<double> NearNumerator =>
        [9.60497373987051638749E0, 9.00260197203842689217E1, 2.23200534594684319226E3, 7.00332514112805075473E3, 5.55923013010394962768E4];

    private static ReadOnlySpan<double> NearDenominator =>
        [1, 3.35617141647503099647E1, 5.21357949780152679795E2, 4.59432382970980127987E3, 2.26290000613890934246E4, 4.92673942608635921086E4];

    private static ReadOnlySpan<double> FarNumerator =>
    [
        2.46196981473530512524E-10, 5.64189564831068821977E-1, 7.46321056442269912687E0, 4.86371970985681366614E1, 1.96520832956077098242E2,
        5.26445194995477358631E2, 9.34528527171957607540E2, 1.02755188689515710272E3, 5.57535335369399327526E2,
    ];

    private static ReadOnlySpan<double> FarDenominator =>
    [
        1, 1.32281951154744992508E1, 8.67072140885989742329E1, 3.54937778887819891062E2, 9.75708501743205489753E2,
        1.82390916687909736289E3, 2.24633760818710981792E3, 1.65666309194161350182E3, 5.57535340817727675546E2,
    ];
}
