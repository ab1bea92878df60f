using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>A lane of one element, for hardware without vectors and as the plainest reading of a formula.</summary>
internal readonly struct LaneScalar<T>(T value) : ILane<LaneScalar<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly T _value = value;

    public static int Count => 1;

    [MethodImpl(Inline)]
    public static LaneScalar<T> Splat(T value) => new(value);

    [MethodImpl(Inline)]
    public static LaneScalar<T> Load(ref readonly T source) => new(source);

    [MethodImpl(Inline)]
    public void Store(ref T destination) => destination = _value;

    [MethodImpl(Inline)]
    public static LaneScalar<T> LoadPartial(ref readonly T source, int count, T fill) => new(count > 0 ? source : fill);

    [MethodImpl(Inline)]
    public void StorePartial(ref T destination, int count)
    {
        if (count > 0) destination = _value;
    }

    [MethodImpl(Inline)]
    public static LaneScalar<T> operator +(LaneScalar<T> a, LaneScalar<T> b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static LaneScalar<T> operator -(LaneScalar<T> a, LaneScalar<T> b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static LaneScalar<T> operator *(LaneScalar<T> a, LaneScalar<T> b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static LaneScalar<T> operator /(LaneScalar<T> a, LaneScalar<T> b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static LaneScalar<T> MultiplyAdd(LaneScalar<T> a, LaneScalar<T> b, LaneScalar<T> c) =>
        new(T.MultiplyAddEstimate(a._value, b._value, c._value));

    [MethodImpl(Inline)]
    public static LaneScalar<T> Max(LaneScalar<T> a, LaneScalar<T> b) => new(T.Max(a._value, b._value));

    [MethodImpl(Inline)]
    public static LaneScalar<T> Min(LaneScalar<T> a, LaneScalar<T> b) => new(T.Min(a._value, b._value));

    [MethodImpl(Inline)]
    public static LaneScalar<T> Abs(LaneScalar<T> a) => new(T.Abs(a._value));

    [MethodImpl(Inline)]
    public static LaneScalar<T> Sqrt(LaneScalar<T> a) => new(T.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static LaneScalar<T> AddBits(LaneScalar<T> a, LaneScalar<T> b) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(a._value) + Unsafe.BitCast<T, int>(b._value)))
        : new(Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(a._value) + Unsafe.BitCast<T, long>(b._value)));

    [MethodImpl(Inline)]
    public static LaneScalar<T> SubtractBits(LaneScalar<T> a, LaneScalar<T> b) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(a._value) - Unsafe.BitCast<T, int>(b._value)))
        : new(Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(a._value) - Unsafe.BitCast<T, long>(b._value)));

    [MethodImpl(Inline)]
    public static LaneScalar<T> ToExponent(LaneScalar<T> a) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(a._value) << FloatBits.Single))
        : new(Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(a._value) << FloatBits.Double));

    [MethodImpl(Inline)]
    public static LaneScalar<T> FromExponent(LaneScalar<T> a) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(a._value) >> FloatBits.Single))
        : new(Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(a._value) >> FloatBits.Double));

    [MethodImpl(Inline)]
    public static LaneScalar<T> WhereLess(LaneScalar<T> a, LaneScalar<T> b, LaneScalar<T> yes, LaneScalar<T> no) =>
        a._value < b._value ? yes : no;

    [MethodImpl(Inline)]
    public T Sum() => _value;

    [MethodImpl(Inline)]
    public T Max() => _value;
}
