using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QEngine.Simd;

/// <summary>A lane of 128 bits: four floats or two doubles.</summary>
internal readonly struct Lane128<T>(Vector128<T> value) : ILane<Lane128<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<T> _value = value;

    public static int Count => Vector128<T>.Count;

    [MethodImpl(Inline)]
    public static Lane128<T> Splat(T value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Lane128<T> Load(ref readonly T source) => new(Vector128.LoadUnsafe(in source));

    [MethodImpl(Inline)]
    public void Store(ref T destination) => _value.StoreUnsafe(ref destination);

    [MethodImpl(Inline)]
    public static unsafe Lane128<T> LoadPartial(ref readonly T source, int count, T fill)
    {
        Debug.Assert(count >= 0 && count <= Count, "more than a lane");
        if (!Avx.IsSupported) return Lanes<Lane128<T>, T>.LoadEach(in source, count, fill);
        fixed (T* first = &source)
        {
            if (typeof(T) == typeof(float))
            {
                Vector128<float> mask = Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();
                Vector128<float> absent = Vector128.Create(fill).AsSingle();
                return new(Vector128.ConditionalSelect(mask, Avx.MaskLoad((float*)first, mask), absent).As<float, T>());
            }
            Vector128<double> which = Vector128.LessThan(Vector128<long>.Indices, Vector128.Create((long)count)).AsDouble();
            Vector128<double> missing = Vector128.Create(fill).AsDouble();
            return new(Vector128.ConditionalSelect(which, Avx.MaskLoad((double*)first, which), missing).As<double, T>());
        }
    }

    [MethodImpl(Inline)]
    public void StorePartial(ref T destination, int count) => Lanes<Lane128<T>, T>.StoreEach(this, ref destination, count);

    [MethodImpl(Inline)]
    public static Lane128<T> operator +(Lane128<T> a, Lane128<T> b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Lane128<T> operator -(Lane128<T> a, Lane128<T> b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Lane128<T> operator *(Lane128<T> a, Lane128<T> b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Lane128<T> operator /(Lane128<T> a, Lane128<T> b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Lane128<T> MultiplyAdd(Lane128<T> a, Lane128<T> b, Lane128<T> c) => typeof(T) == typeof(float)
        ? new(Vector128.MultiplyAddEstimate(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>())
        : new(Vector128.MultiplyAddEstimate(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane128<T> Max(Lane128<T> a, Lane128<T> b) => new(Vector128.Max(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lane128<T> Min(Lane128<T> a, Lane128<T> b) => new(Vector128.Min(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lane128<T> Abs(Lane128<T> a) => new(Vector128.Abs(a._value));

    [MethodImpl(Inline)]
    public static Lane128<T> Sqrt(Lane128<T> a) => new(Vector128.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Lane128<T> AddBits(Lane128<T> a, Lane128<T> b) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() + b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() + b._value.AsInt64()).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane128<T> SubtractBits(Lane128<T> a, Lane128<T> b) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() - b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() - b._value.AsInt64()).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane128<T> ToExponent(Lane128<T> a) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() << FloatBits.Single).As<int, T>())
        : new((a._value.AsInt64() << FloatBits.Double).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane128<T> FromExponent(Lane128<T> a) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() >> FloatBits.Single).As<int, T>())
        : new((a._value.AsInt64() >> FloatBits.Double).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane128<T> WhereLess(Lane128<T> a, Lane128<T> b, Lane128<T> yes, Lane128<T> no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a._value, b._value), yes._value, no._value));

    [MethodImpl(Inline)]
    public T Sum() => Vector128.Sum(_value);

    [MethodImpl(Inline)]
    public T Max() => T.Max(_value[0], Vector128<T>.Count == 2 ? _value[1] : T.Max(_value[1], T.Max(_value[2], _value[3])));
}
