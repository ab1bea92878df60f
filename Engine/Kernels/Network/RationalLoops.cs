using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>The coefficients of a group of columns in every element of a lane: a, and |b|.</summary>
internal readonly struct RationalCoefficients<TLane, T>(ReadOnlySpan<T> numerators, ReadOnlySpan<T> denominators)
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly TLane _a0 = TLane.Splat(numerators[0]), _a1 = TLane.Splat(numerators[1]), _a2 = TLane.Splat(numerators[2]);
    private readonly TLane _a3 = TLane.Splat(numerators[3]), _a4 = TLane.Splat(numerators[4]), _a5 = TLane.Splat(numerators[5]);
    private readonly TLane _b1 = TLane.Splat(T.Abs(denominators[0])), _b2 = TLane.Splat(T.Abs(denominators[1]));
    private readonly TLane _b3 = TLane.Splat(T.Abs(denominators[2])), _b4 = TLane.Splat(T.Abs(denominators[3]));

    /// <summary>P(x) / Q(x).</summary>
    [MethodImpl(Inline)]
    public TLane Value(TLane x) => P(x, out _) / Q(TLane.Abs(x), out _);

    /// <summary>P and its derivative, by Horner's scheme for both at once.</summary>
    [MethodImpl(Inline)]
    public TLane P(TLane x, out TLane derivative)
    {
        TLane p = TLane.MultiplyAdd(_a5, x, _a4), d = _a5;
        d = TLane.MultiplyAdd(d, x, p);
        p = TLane.MultiplyAdd(p, x, _a3);
        d = TLane.MultiplyAdd(d, x, p);
        p = TLane.MultiplyAdd(p, x, _a2);
        d = TLane.MultiplyAdd(d, x, p);
        p = TLane.MultiplyAdd(p, x, _a1);
        derivative = TLane.MultiplyAdd(d, x, p);
        return TLane.MultiplyAdd(p, x, _a0);
    }

    /// <summary>Q and its derivative by |x|.</summary>
    [MethodImpl(Inline)]
    public TLane Q(TLane magnitude, out TLane derivative)
    {
        TLane q = TLane.MultiplyAdd(_b4, magnitude, _b3), d = _b4;
        d = TLane.MultiplyAdd(d, magnitude, q);
        q = TLane.MultiplyAdd(q, magnitude, _b2);
        d = TLane.MultiplyAdd(d, magnitude, q);
        q = TLane.MultiplyAdd(q, magnitude, _b1);
        derivative = TLane.MultiplyAdd(d, magnitude, q);
        return TLane.MultiplyAdd(q, magnitude, TLane.Splat(T.One));
    }
}

/// <summary>The gradients of a and |b|, in this order.</summary>
internal static class RationalSums
{
    /// <summary>How many there are.</summary>
    public const int Count = Rational.Numerators + Rational.Denominators;
}

/// <summary>Some columns of all rows of a block.</summary>
internal readonly ref struct RationalForwardLoop<TLane, T>(
    ReadOnlySpan<T> x, int columns, RationalCoefficients<TLane, T> coefficients, Span<T> y) : ILaneLoop<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ref T _x = ref MemoryMarshal.GetReference(x), _y = ref MemoryMarshal.GetReference(y);
    private readonly int _length = x.Length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<TPart>(int from, int to)
        where TPart : struct, ILanePart<TLane, T>
    {
        RationalCoefficients<TLane, T> c = coefficients;
        for (int row = 0; row < _length; row += columns)
        {
            for (int i = from; i < to; i += TLane.Count)
                TPart.Put(c.Value(TPart.Take(ref Unsafe.Add(ref _x, row + i), to - i)), ref Unsafe.Add(ref _y, row + i), to - i);
        }
    }
}

/// <summary>The gradients of some columns of all rows of a block; sums stay in registers.</summary>
internal readonly ref struct RationalBackwardLoop<TLane, T>(
    ReadOnlySpan<T> x, int columns, RationalCoefficients<TLane, T> coefficients, ReadOnlySpan<T> dy, Span<T> dx, Span<T> sums)
    : ILaneLoop<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ref T _x = ref MemoryMarshal.GetReference(x), _dy = ref MemoryMarshal.GetReference(dy);
    private readonly ref T _dx = ref MemoryMarshal.GetReference(dx), _sums = ref MemoryMarshal.GetReference(sums);
    private readonly int _length = x.Length;
    private readonly bool _wantsInputs = !dx.IsEmpty;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<TPart>(int from, int to)
        where TPart : struct, ILanePart<TLane, T>
    {
        RationalCoefficients<TLane, T> c = coefficients;
        TLane zero = TLane.Splat(T.Zero);
        TLane a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, b1 = zero, b2 = zero, b3 = zero, b4 = zero;
        for (int row = 0; row < _length; row += columns)
        {
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane x = TPart.Take(ref Unsafe.Add(ref _x, row + i), to - i), magnitude = TLane.Abs(x);
                TLane p = c.P(x, out TLane dp), q = c.Q(magnitude, out TLane dq), inverse = TLane.Splat(T.One) / q, y = p * inverse;
                TLane t = TPart.Take(ref Unsafe.Add(ref _dy, row + i), to - i) * inverse, u = zero - (t * y * magnitude);
                if (_wantsInputs)
                {
                    TLane slope = y * TLane.WhereLess(x, zero, zero - dq, TLane.WhereLess(zero, x, dq, zero));
                    TLane sum = TLane.MultiplyAdd(t, dp - slope, TPart.Take(ref Unsafe.Add(ref _dx, row + i), to - i));
                    TPart.Put(sum, ref Unsafe.Add(ref _dx, row + i), to - i);
                }
                a0 += t;
                t *= x;
                a1 += t;
                t *= x;
                a2 += t;
                t *= x;
                a3 += t;
                t *= x;
                a4 += t;
                a5 = TLane.MultiplyAdd(t, x, a5);
                b1 += u;
                u *= magnitude;
                b2 += u;
                u *= magnitude;
                b3 += u;
                b4 = TLane.MultiplyAdd(u, magnitude, b4);
            }
        }
        Add(0, a0);
        Add(1, a1);
        Add(2, a2);
        Add(3, a3);
        Add(4, a4);
        Add(5, a5);
        Add(6, b1);
        Add(7, b2);
        Add(8, b3);
        Add(9, b4);
    }

    private void Add(int index, TLane value)
    {
        ref T sum = ref Unsafe.Add(ref _sums, index * TLane.Count);
        (TLane.Load(ref sum) + value).Store(ref sum);
    }
}
