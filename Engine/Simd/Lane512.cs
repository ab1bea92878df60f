using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QEngine.Simd;

/// <summary>A lane of 512 bits: sixteen floats or eight doubles.</summary>
internal readonly struct Lane512<T>(Vector512<T> value) : ILane<Lane512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<T> _value = value;

    public static int Count => Vector512<T>.Count;

    [MethodImpl(Inline)]
    public static Lane512<T> Splat(T value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Lane512<T> Load(ref readonly T source) => new(Vector512.LoadUnsafe(in source));

    [MethodImpl(Inline)]
    public void Store(ref T destination) => _value.StoreUnsafe(ref destination);

    [MethodImpl(Inline)]
    public static unsafe Lane512<T> LoadPartial(ref readonly T source, int count, T fill)
    {
        Debug.Assert(count >= 0 && count <= Count, "more than a lane");
        if (!Avx512F.IsSupported) return Lanes<Lane512<T>, T>.LoadEach(in source, count, fill);
        fixed (T* first = &source)
        {
            return typeof(T) == typeof(float)
                ? new(Avx512F.MaskLoad((float*)first, SingleMask(count), Vector512.Create(fill).AsSingle()).As<float, T>())
                : new(Avx512F.MaskLoad((double*)first, DoubleMask(count), Vector512.Create(fill).AsDouble()).As<double, T>());
        }
    }

    [MethodImpl(Inline)]
    public unsafe void StorePartial(ref T destination, int count)
    {
        Debug.Assert(count >= 0 && count <= Count, "more than a lane");
        if (!Avx512F.IsSupported)
        {
            Lanes<Lane512<T>, T>.StoreEach(this, ref destination, count);
            return;
        }
        fixed (T* first = &destination)
        {
            if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)first, SingleMask(count), _value.AsSingle());
            else Avx512F.MaskStore((double*)first, DoubleMask(count), _value.AsDouble());
        }
    }

    [MethodImpl(Inline)]
    private static Vector512<float> SingleMask(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    [MethodImpl(Inline)]
    private static Vector512<double> DoubleMask(int count) =>
        Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();

    [MethodImpl(Inline)]
    public static Lane512<T> operator +(Lane512<T> a, Lane512<T> b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Lane512<T> operator -(Lane512<T> a, Lane512<T> b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Lane512<T> operator *(Lane512<T> a, Lane512<T> b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Lane512<T> operator /(Lane512<T> a, Lane512<T> b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Lane512<T> MultiplyAdd(Lane512<T> a, Lane512<T> b, Lane512<T> c) => typeof(T) == typeof(float)
        ? new(Vector512.MultiplyAddEstimate(a._value.AsSingle(), b._value.AsSingle(), c._value.AsSingle()).As<float, T>())
        : new(Vector512.MultiplyAddEstimate(a._value.AsDouble(), b._value.AsDouble(), c._value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> Max(Lane512<T> a, Lane512<T> b) => new(Vector512.Max(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lane512<T> Min(Lane512<T> a, Lane512<T> b) => new(Vector512.Min(a._value, b._value));

    [MethodImpl(Inline)]
    public static Lane512<T> Abs(Lane512<T> a) => new(Vector512.Abs(a._value));

    [MethodImpl(Inline)]
    public static Lane512<T> Sqrt(Lane512<T> a) => new(Vector512.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Lane512<T> AddBits(Lane512<T> a, Lane512<T> b) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() + b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() + b._value.AsInt64()).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> SubtractBits(Lane512<T> a, Lane512<T> b) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() - b._value.AsInt32()).As<int, T>())
        : new((a._value.AsInt64() - b._value.AsInt64()).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> ToExponent(Lane512<T> a) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() << FloatBits.Single).As<int, T>())
        : new((a._value.AsInt64() << FloatBits.Double).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> FromExponent(Lane512<T> a) => typeof(T) == typeof(float)
        ? new((a._value.AsInt32() >> FloatBits.Single).As<int, T>())
        : new((a._value.AsInt64() >> FloatBits.Double).As<long, T>());

    [MethodImpl(Inline)]
    public static Lane512<T> WhereLess(Lane512<T> a, Lane512<T> b, Lane512<T> yes, Lane512<T> no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a._value, b._value), yes._value, no._value));

    [MethodImpl(Inline)]
    public T Sum() => Vector512.Sum(_value);

    [MethodImpl(Inline)]
    public T Max()
    {
        Vector256<T> half = Vector256.Max(_value.GetLower(), _value.GetUpper());
        return new Lane256<T>(half).Max();
    }
}
