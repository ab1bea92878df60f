using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>Bits of floating-point formats.</summary>
internal static class FloatBits
{
    /// <summary>Bits of the significand that are stored.</summary>
    public const int Single = 23, Double = 52;

    /// <summary>What is added to an exponent where it is stored.</summary>
    public const int SingleBias = 127, DoubleBias = 1023;
}

/// <summary>
/// Powers of two with whole exponents, by way of the bits of floating-point numbers: what exponentials and logarithms are reduced by.
/// </summary>
internal static class PowerOfTwo<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The whole number n nearest to <paramref name="x"/> and 2^n.</summary>
    /// <remarks>
    /// Adding 3 2^(m-1) + bias, m the bits of the significand, leaves n + bias in the lowest bits of the sum; shifted to the
    /// place of the exponent they are 2^n. Beyond the range the power means nothing; NaN has NaN as its whole number.
    /// </remarks>
    /// <param name="x">-126 to 127 in single precision, -1022 to 1023 in double.</param>
    [MethodImpl(Inline)]
    public static (TLane Whole, TLane Power) Nearest(TLane x)
    {
        TLane shift = Shift(typeof(T) == typeof(float) ? FloatBits.SingleBias : FloatBits.DoubleBias);
        TLane sum = x + shift;
        return (sum - shift, TLane.ToExponent(sum));
    }

    /// <summary>The whole number n nearest to <paramref name="x"/>, and n where <see cref="Scale"/> takes it from.</summary>
    /// <param name="x">Small against 2^22 in single precision, 2^51 in double.</param>
    [MethodImpl(Inline)]
    public static (TLane Whole, TLane Sum) Round(TLane x)
    {
        TLane shift = Shift(0);
        TLane sum = x + shift;
        return (sum - shift, sum);
    }

    /// <summary>x 2^n, where x and the result are normal numbers: n is added to the exponent.</summary>
    /// <param name="x">Normal numbers.</param>
    /// <param name="sum">From <see cref="Round"/>.</param>
    [MethodImpl(Inline)]
    public static TLane Scale(TLane x, TLane sum) => TLane.AddBits(x, TLane.ToExponent(sum));

    /// <summary>x = m 2^n with m from sqrt(1/2) to sqrt(2).</summary>
    /// <param name="x">Positive normal numbers.</param>
    [MethodImpl(Inline)]
    public static (TLane Significand, TLane Exponent) Split(TLane x)
    {
        TLane n = TLane.FromExponent(TLane.SubtractBits(x, Lanes<TLane, T>.Constant(0.70710678118654752440)));
        TLane shift = Shift(0);
        // The whole number n becomes a floating-point number in the way of Round, backwards.
        return (TLane.SubtractBits(x, TLane.ToExponent(n)), TLane.AddBits(n, shift) - shift);
    }

    /// <summary>3 2^(m-1) + n, m the bits of the significand: a number whose lowest bits are n and count in ones.</summary>
    [MethodImpl(Inline)]
    private static TLane Shift(int n) =>
        Lanes<TLane, T>.Constant((3L << ((typeof(T) == typeof(float) ? FloatBits.Single : FloatBits.Double) - 1)) + n);
}
