using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>Powers of two with whole exponents, by way of the bits of floating point numbers: what exponentials and logarithms are reduced by.</summary>
internal static class PowerOfTwo
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Bits of the significand that are stored.</summary>
    internal const int SingleBits = 23, DoubleBits = 52;

    private const int SingleBias = 127, DoubleBias = 1023;

    /// <summary>The whole number n nearest to <paramref name="x"/> and 2^n.</summary>
    /// <remarks>
    /// Adding 3 2^(m-1) + bias, m the bits of the significand, leaves n + bias in the lowest bits of the sum; shifted to the
    /// place of the exponent they are 2^n. Beyond the range the power means nothing; NaN has NaN as its whole number.
    /// </remarks>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="x">-126 to 127 in single precision, -1022 to 1023 in double.</param>
    [MethodImpl(Inline)]
    public static (TLane Whole, TLane Power) Nearest<TLane, T>(TLane x)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane shift = Shift<TLane, T>(typeof(T) == typeof(float) ? SingleBias : DoubleBias), sum = x + shift;
        return (sum - shift, TLane.ToExponent(sum));
    }

    /// <summary>The whole number n nearest to <paramref name="x"/>, and n where <see cref="Scale"/> takes it from.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="x">Small against 2^22 in single precision, 2^51 in double.</param>
    [MethodImpl(Inline)]
    public static (TLane Whole, TLane Sum) Round<TLane, T>(TLane x)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane shift = Shift<TLane, T>(0), sum = x + shift;
        return (sum - shift, sum);
    }

    /// <summary>x 2^n, where x and the result are normal numbers: n is added to the exponent.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="x">Normal numbers.</param>
    /// <param name="sum">From <see cref="Round"/>.</param>
    [MethodImpl(Inline)]
    public static TLane Scale<TLane, T>(TLane x, TLane sum)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TLane.AddBits(x, TLane.ToExponent(sum));

    /// <summary>x = m 2^n with m from sqrt(1/2) to sqrt(2).</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="x">Positive normal numbers.</param>
    [MethodImpl(Inline)]
    public static (TLane Significand, TLane Exponent) Split<TLane, T>(TLane x)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane n = TLane.FromExponent(TLane.SubtractBits(x, Lanes.Constant<TLane, T>(0.70710678118654752440))), shift = Shift<TLane, T>(0);
        // The whole number n becomes a floating point number in the way of Round, backwards.
        return (TLane.SubtractBits(x, TLane.ToExponent(n)), TLane.AddBits(n, shift) - shift);
    }

    /// <summary>3 2^(m-1) + n, m the bits of the significand: a number whose lowest bits are n and count in ones.</summary>
    [MethodImpl(Inline)]
    private static TLane Shift<TLane, T>(int n)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Lanes.Constant<TLane, T>(typeof(T) == typeof(float) ? (3L << (SingleBits - 1)) + n : (3L << (DoubleBits - 1)) + n);
}
