using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace QEngine.Simd;

/// <summary>A lane of 256 bits: eight floats or four doubles.</summary>
/// <typeparam name="T">The element, <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="value">The elements.</param>
public readonly struct Lane256<T>(Vector256<T> value) : ILane<Lane256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<T> _value = value;

    /// <inheritdoc/>
    public static int Count => Vector256<T>.Count;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Splat(T value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Load(ref readonly T source) => new(Vector256.LoadUnsafe(in source));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Store(ref T destination) => _value.StoreUnsafe(ref destination);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> operator +(Lane256<T> a, Lane256<T> b) => new(a._value + b._value);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> operator -(Lane256<T> a, Lane256<T> b) => new(a._value - b._value);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> operator *(Lane256<T> a, Lane256<T> b) => new(a._value * b._value);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> operator /(Lane256<T> a, Lane256<T> b) => new(a._value / b._value);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> MultiplyAdd(Lane256<T> a, Lane256<T> b, Lane256<T> c) => typeof(T) == typeof(float)
        ? new(Vector256.MultiplyAddEstimate(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>())
        : new(Vector256.MultiplyAddEstimate(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Max(Lane256<T> a, Lane256<T> b) => new(Vector256.Max(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Min(Lane256<T> a, Lane256<T> b) => new(Vector256.Min(a._value, b._value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Abs(Lane256<T> a) => new(Vector256.Abs(a._value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Sqrt(Lane256<T> a) => new(Vector256.Sqrt(a._value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Exp(Lane256<T> a) => typeof(T) == typeof(float)
        ? Functions.ExactNearZero<Lane256<T>, T>(a, new(Vector256.Exp(a._value.AsSingle()).As<float, T>()))
        : Functions.Saturated<Lane256<T>, T>(a, new(Vector256.Exp(Functions.WithinRange<Lane256<T>, T>(a)._value.AsDouble()).As<double, T>()));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> Log(Lane256<T> a) => typeof(T) == typeof(float)
        ? new(Vector256.Log(a._value.AsSingle()).As<float, T>())
        : new(Vector256.Log(a._value.AsDouble()).As<double, T>());

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static (Lane256<T> Sin, Lane256<T> Cos) SinCos(Lane256<T> a)
    {
        if (typeof(T) == typeof(float))
        {
            (Vector256<float> sin, Vector256<float> cos) = Vector256.SinCos(a._value.AsSingle());
            return (new(sin.As<float, T>()), new(cos.As<float, T>()));
        }
        (Vector256<double> s, Vector256<double> c) = Vector256.SinCos(a._value.AsDouble());
        return (new(s.As<double, T>()), new(c.As<double, T>()));
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lane256<T> WhereLess(Lane256<T> a, Lane256<T> b, Lane256<T> yes, Lane256<T> no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a._value, b._value), yes._value, no._value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public T Sum() => Vector256.Sum(_value);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public T Largest()
    {
        Vector128<T> half = Vector128.Max(_value.GetLower(), _value.GetUpper());
        return new Lane128<T>(half).Largest();
    }
}
