using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QEngine.Simd;

/// <summary>Powers of two with whole exponents, made from the bits of a floating point number: what an exponential is scaled by.</summary>
internal static class PowerOfTwo
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private const int SingleBits = 23, SingleBias = 127, DoubleBits = 52, DoubleBias = 1023;

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
        TLane shift = Lanes.Constant<TLane, T>(typeof(T) == typeof(float) ? (3L << (SingleBits - 1)) + SingleBias : (3L << (DoubleBits - 1)) + DoubleBias);
        TLane sum = x + shift;
        return (sum - shift, FromLowBits<TLane, T>(sum));
    }

    [MethodImpl(Inline)]
    private static TLane FromLowBits<TLane, T>(TLane sum)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            if (typeof(TLane) == typeof(Lane512<float>)) return Unsafe.BitCast<Vector512<int>, TLane>(Unsafe.BitCast<TLane, Vector512<int>>(sum) << SingleBits);
            if (typeof(TLane) == typeof(Lane256<float>)) return Unsafe.BitCast<Vector256<int>, TLane>(Unsafe.BitCast<TLane, Vector256<int>>(sum) << SingleBits);
            if (typeof(TLane) == typeof(Lane128<float>)) return Unsafe.BitCast<Vector128<int>, TLane>(Unsafe.BitCast<TLane, Vector128<int>>(sum) << SingleBits);
            return Unsafe.BitCast<int, TLane>(Unsafe.BitCast<TLane, int>(sum) << SingleBits);
        }
        if (typeof(TLane) == typeof(Lane512<double>)) return Unsafe.BitCast<Vector512<long>, TLane>(Unsafe.BitCast<TLane, Vector512<long>>(sum) << DoubleBits);
        if (typeof(TLane) == typeof(Lane256<double>)) return Unsafe.BitCast<Vector256<long>, TLane>(Unsafe.BitCast<TLane, Vector256<long>>(sum) << DoubleBits);
        if (typeof(TLane) == typeof(Lane128<double>)) return Unsafe.BitCast<Vector128<long>, TLane>(Unsafe.BitCast<TLane, Vector128<long>>(sum) << DoubleBits);
        return Unsafe.BitCast<long, TLane>(Unsafe.BitCast<TLane, long>(sum) << DoubleBits);
    }
}
