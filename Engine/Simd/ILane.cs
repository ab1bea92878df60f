using System.Numerics;

namespace QEngine.Simd;

/// <summary>
/// A group of <see cref="Count"/> numbers that are computed together. A formula written against this interface runs
/// unchanged on one number or on 128, 256 or 512 bits, in single or double precision.
/// </summary>
internal interface ILane<TSelf, T>
    where TSelf : struct, ILane<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many elements a lane holds.</summary>
    static abstract int Count { get; }

    /// <summary>All elements equal to <paramref name="value"/>.</summary>
    static abstract TSelf Splat(T value);

    /// <summary>Reads <see cref="Count"/> consecutive elements; no alignment is needed.</summary>
    static abstract TSelf Load(ref readonly T source);

    /// <summary>Writes <see cref="Count"/> consecutive elements.</summary>
    void Store(ref T destination);

    /// <summary>
    /// Reads <paramref name="count"/> elements, 0 to a lane's, and fills the rest, so that a tail runs through the very formula of the
    /// body: an element's result does not depend on where it stands.
    /// </summary>
    /// <param name="source">The first element; nothing beyond the last is touched.</param>
    /// <param name="count">How many.</param>
    /// <param name="fill">The value of the missing elements.</param>
    static abstract TSelf LoadPartial(ref readonly T source, int count, T fill);

    /// <summary>Writes the first <paramref name="count"/> elements, 0 to all.</summary>
    /// <param name="destination">The first element; nothing beyond the last is touched.</param>
    /// <param name="count">How many.</param>
    void StorePartial(ref T destination, int count);

    /// <summary>Elementwise sum.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>Elementwise difference.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>Elementwise product.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Elementwise quotient.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a b + c, fused where the hardware fuses.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>Elementwise maximum; NaN where either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>Elementwise minimum; NaN where either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Elementwise absolute value.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>Elementwise square root.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>Elementwise sum of the bits as whole numbers, wrapping around.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    /// <summary>Elementwise difference of the bits as whole numbers, wrapping around.</summary>
    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    /// <summary>The bits shifted up by those of the significand, 23 or 52: the lowest become the exponent.</summary>
    static abstract TSelf ToExponent(TSelf a);

    /// <summary>The bits as a signed whole number shifted down by those of the significand: sign and exponent become the lowest.</summary>
    static abstract TSelf FromExponent(TSelf a);

    /// <summary>Elementwise <c>a &lt; b ? yes : no</c>; no where a or b is NaN.</summary>
    static abstract TSelf WhereLess(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>Sum of the elements, pairwise.</summary>
    T Sum();

    /// <summary>Maximum of the elements.</summary>
    T Max();
}
