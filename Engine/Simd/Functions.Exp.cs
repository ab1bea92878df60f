using System.Runtime.CompilerServices;

namespace QEngine.Simd;

internal static partial class Functions<TLane, T>
{
    private const double Log2OfE = 1.4426950408889634074;

    /// <summary>
    /// e^x within 1.5 units in the last place (maximum error measured: 1.06): e^0 is 1 and e^x of a negative x never above it. Results
    /// below the smallest normal number are 0 (x below -87.336 in single precision, -708.396 in double), beyond the largest infinity; NaN
    /// stays.
    /// </summary>
    /// <remarks>
    /// x = n ln 2 + r with |r| at most ln 2 / 2, ln 2 in two parts (Cody and Waite, 1980); e^r is 1 + r + r^2 p(r), p minimax
    /// (Remez exchange); n is added to the exponent.
    /// </remarks>
    [MethodImpl(Inline)]
    public static TLane Exp(TLane x)
    {
        // The first argument with an infinite result, and the last before results that are not normal.
        TLane max = Constant(typeof(T) == typeof(float) ? 88.72283935546875 : 709.7827128933841);
        TLane min = Constant(typeof(T) == typeof(float) ? -87.33654 : -708.3964185322641);
        (TLane n, TLane sum) = PowerOfTwo<TLane, T>.Round(Constant(Log2OfE) * x);
        TLane r = Reduced(x, n);
        TLane value = PowerOfTwo<TLane, T>.Scale(TLane.MultiplyAdd(r * r, ExpTail(r), r) + TLane.Splat(T.One), sum);
        // NaN is not less than anything, and with infinity added it is still NaN.
        value = TLane.WhereLess(x, max, value, x + TLane.Splat(T.PositiveInfinity));
        return TLane.WhereLess(x, min, TLane.Splat(T.Zero), value);
    }

    /// <summary>e^x - 1 for x from 0 to 80: 2^n (e^r - 1) + (2^n - 1).</summary>
    [MethodImpl(Inline)]
    public static TLane ExpMinus1(TLane x)
    {
        (TLane n, TLane power) = PowerOfTwo<TLane, T>.Nearest(Constant(Log2OfE) * x);
        TLane r = Reduced(x, n);
        return TLane.MultiplyAdd(power, TLane.MultiplyAdd(r * r, ExpTail(r), r), power - TLane.Splat(T.One));
    }

    /// <summary>x - n ln 2; the first part of ln 2 has so few bits that its product with n is exact.</summary>
    [MethodImpl(Inline)]
    private static TLane Reduced(TLane x, TLane n) => typeof(T) == typeof(float)
        ? TLane.MultiplyAdd(n, Constant(2.12194440054690583e-4), TLane.MultiplyAdd(n, Constant(-0.693359375), x))
        : TLane.MultiplyAdd(n, Constant(-1.42860682030941723212e-6), TLane.MultiplyAdd(n, Constant(-0.693145751953125), x));

    /// <summary>(e^r - 1 - r) / r^2 within +-ln 2 / 2: e^r - 1 within 1.4e-8 of itself in single precision, 1.8e-17 in double.</summary>
    [MethodImpl(Inline)]
    private static TLane ExpTail(TLane r) => typeof(T) == typeof(float)
        ? Polynomial<TLane, T>.Horner(
            r, 0.0013946458492251170415, 0.0083665841831232627537, 0.041666281872170072604, 0.1666654298993670974, 0.50000000620000488754)
        : Polynomial<TLane, T>.Horner(
            r,
            2.511448078424315033e-8,
            2.7626327267947964814e-7,
            2.7557227934502721532e-6,
            0.000024801504445394165227,
            0.00019841269903048081144,
            0.0013888888932379413566,
            0.0083333333333145854211,
            0.041666666666573621763,
            0.16666666666666685997,
            0.50000000000000055506);
}
