using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>Sine and cosine of (pi/2) tanh u, from u itself: the angle is bounded, so that nothing has to be reduced.</summary>
/// <remarks>
/// With m = e^(2|u|) - 1 and c = 2/(m + 2): s = tanh|u| = m c / 2 = 1 - c and w = 1 - s^2 = c (1 + s), where nothing cancels.
/// Sine and cosine are s (1 + w R(s^2)) and w Q(s^2), with
/// <code>R(y) = (sin((pi/2) sqrt y) / sqrt y - 1) / (1 - y),   Q(y) = cos((pi/2) sqrt y) / (1 - y)</code>
/// entire functions, here polynomials of least largest error on [0, 1] (Remez exchange). So the relative error is small everywhere,
/// also of the sine near u = 0 and of the cosine and of w at the ends. All three are within 4 units in the last place; the largest errors
/// measured, with and without fused multiply-add, are 3.6 (sine), 3.2 (cosine) and 2.2 (w).
/// </remarks>
internal static class QuarterTurn
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // tanh is 1 long before, in double too, and e^80 is far from overflow in single precision.
    private const double LargestExponent = 80;

    /// <summary>sin((pi/2) tanh u); 1 or -1 of an infinite u.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="u">Values.</param>
    /// <param name="cos">cos((pi/2) tanh u), always above 0: of an infinite u below 1e-33.</param>
    /// <param name="slope">1 - tanh^2 u, likewise.</param>
    [MethodImpl(Inline)]
    public static TLane OfTanh<TLane, T>(TLane u, out TLane cos, out TLane slope)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane zero = TLane.Splat(T.Zero), one = TLane.Splat(T.One), two = one + one;
        TLane twice = TLane.Abs(u + u), cap = C<TLane, T>(LargestExponent);
        // In this order NaN stays.
        TLane m = Functions.ExpMinus1<TLane, T>(TLane.WhereLess(cap, twice, cap, twice));
        TLane c = two / (m + two);
        TLane s = TLane.WhereLess(m, two, C<TLane, T>(0.5) * m * c, one - c), y = s * s;
        slope = TLane.MultiplyAdd(c, s, c);
        TLane sin;
        if (typeof(T) == typeof(float))
        {
            sin = s * TLane.MultiplyAdd(slope, RSingle<TLane, T>(y), one);
            cos = slope * QSingle<TLane, T>(y);
        }
        else
        {
            sin = s * TLane.MultiplyAdd(slope, RDouble<TLane, T>(y), one);
            cos = slope * QDouble<TLane, T>(y);
        }
        // Rounding must not lead beyond 1.
        sin = TLane.WhereLess(one, sin, one, sin);
        return TLane.WhereLess(u, zero, zero - sin, sin);
    }

    /// <summary>R within 9e-9 / (1 - y).</summary>
    [MethodImpl(Inline)]
    private static TLane RSingle<TLane, T>(TLane y)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane p = C<TLane, T>(-0.00015135728149027324704);
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(0.0045222121403901649031));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-0.075167385326708304058));
        return TLane.MultiplyAdd(p, y, C<TLane, T>(0.57079631859459407906));
    }

    /// <summary>R within 5e-19 / (1 - y).</summary>
    [MethodImpl(Inline)]
    private static TLane RDouble<TLane, T>(TLane y)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane p = C<TLane, T>(-5.8685465676024353299e-12);
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(6.6255613743024468228e-10));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-5.6258781754753754224e-8));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(3.5425842174896140705e-6));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-0.00015689860048620233271));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(0.0045248555348158080296));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-0.07516777071134957069));
        return TLane.MultiplyAdd(p, y, C<TLane, T>(0.57079632679489661882));
    }

    /// <summary>Q within 9e-10.</summary>
    [MethodImpl(Inline)]
    private static TLane QSingle<TLane, T>(TLane y)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane p = C<TLane, T>(0.000023601451756768928444);
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-0.00089353702630687891046));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(0.019968607160258867976));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-0.23370050644541870886));
        return TLane.MultiplyAdd(p, y, C<TLane, T>(0.99999999912857913024));
    }

    /// <summary>Q within 3e-20.</summary>
    [MethodImpl(Inline)]
    private static TLane QDouble<TLane, T>(TLane y)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane p = C<TLane, T>(5.1084921137343849822e-13);
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-6.5105300527968304616e-11));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(6.3214409187967936167e-9));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-4.6476599160757782559e-7));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(0.000024737276358842474794));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-0.00089452299847364589292));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(0.019968957764878076419));
        p = TLane.MultiplyAdd(p, y, C<TLane, T>(-0.23370055013616982324));
        return TLane.MultiplyAdd(p, y, TLane.Splat(T.One));
    }

    [MethodImpl(Inline)]
    private static TLane C<TLane, T>(double value)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Lanes.Constant<TLane, T>(value);
}
