using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QEngine.Simd;

/// <summary>A lane of 256 bits: eight floats or four doubles.</summary>
internal readonly struct Lane256<T>(Vector256<T> value) : ILane<Lane256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<T> _value = value;

    public static int Count => Vector256<T>.Count;

    [MethodImpl(Inline)]
    public static Lane256<T> Splat(T value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Lane256<T> Load(ref readonly T source) => new(Vector256.LoadUnsafe(in source));

    [MethodImpl(Inline)]
    public void Store(ref T destination) => _value.StoreUnsafe(ref destination);

    [MethodImpl(Inline)]
    public static unsafe Lane256<T> LoadPartial(ref readonly T source, int count, T fill)
    {
        Debug.Assert(count >= 0 && count <= Count, "more than a lane");
        if (!Avx.IsSupported) return Lanes<Lane256<T>, T>.LoadEach(in source, count, fill);
        fixed (T* first = &source)
        {
            if (typeof(T) == typeof(float))
            {
                Vector256<float> mask = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
                Vector256<float> absent = Vector256.Create(fill).AsSingle();
                return new(Vector256.ConditionalSelect(mask, Avx.MaskLoad((float*)first, mask), absent).As<float, T>());
            }
            Vector256<double> which = Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble();
            Vector256<double> missing = Vector256.Create(fill).AsDouble();
            return new(Vector256.ConditionalSelect(which, Avx.MaskLoad((double*)first, which), missing).As<double, T>());
        }
    }

    [MethodImpl(Inline)]
    public void StorePartial(ref T destination, int count) => Lanes<Lane256<T>, T>.StoreEach(this, ref destination, count);

    [MethodImpl(Inline)]
    public static Lane256<T> operator +(Lane256<T> a, Lane256<T> b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Lane256<T> operator -(Lane256<T> a, Lane256<T> b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Lane256<T> operator *(Lane256<T> a, Lane256<T> b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Lane256<T> operator /(Lane256<T> a, Lane256<T> b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Lane256<T> MultiplyAdd(Lane256<T> a, Lane256<T> b, Lane256<T> c) => typeof(T) == typeof(float)
        ? new(Vector256.MultiplyAddEstimate(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>())
        : new(Vector256.MultiplyAddEstimate(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> Max(Lane256<T> a, Lane256<T> b) => new(Vector256.Max(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lane256<T> Min(Lane256<T> a, Lane256<T> b) => new(Vector256.Min(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lane256<T> Abs(Lane256<T> a) => new(Vector256.Abs(a._value));

    [MethodImpl(Inline)]
    public static Lane256<T> Sqrt(Lane256<T> a) => new(Vector256.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Lane256<T> AddBits(Lane256<T> a, Lane256<T> b) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() + b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() + b._value.AsInt64()).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> SubtractBits(Lane256<T> a, Lane256<T> b) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() - b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() - b._value.AsInt64()).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> ToExponent(Lane256<T> a) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() << FloatBits.Single).As<int, T>())
        : new((a._value.AsInt64() << FloatBits.Double).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> FromExponent(Lane256<T> a) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() >> FloatBits.Single).As<int, T>())
        : new((a._value.AsInt64() >> FloatBits.Double).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane256<T> WhereLess(Lane256<T> a, Lane256<T> b, Lane256<T> yes, Lane256<T> no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a._value, b._value), yes._value, no._value));

    [MethodImpl(Inline)]
    public T Sum() => Vector256.Sum(_value);

    [MethodImpl(Inline)]
    public T Max()
    {
        Vector128<T> half = Vector128.Max(_value.GetLower(), _value.GetUpper());
        return new Lane128<T>(half).Max();
    }
}
