using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>Complex numbers of a lane of states, one row's. In memory the real parts come first, and the rows one after another.</summary>
internal readonly struct Amplitude<TLane, T>(TLane real, TLane imaginary)
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly TLane _real = real, _imaginary = imaginary;

    /// <summary>Reads a row.</summary>
    /// <param name="state">The state's first number.</param>
    /// <param name="row">Which.</param>
    [MethodImpl(Inline)]
    public Amplitude(ref T state, int row)
        : this(TLane.Load(ref Row(ref state, row)), TLane.Load(ref Unsafe.Add(ref Row(ref state, row), TLane.Count)))
    {
    }

    /// <summary>The squared magnitudes.</summary>
    public TLane SquaredMagnitude
    {
        [MethodImpl(Inline)]
        get => TLane.MultiplyAdd(_real, _real, _imaginary * _imaginary);
    }

    /// <summary>The numbers times i.</summary>
    public Amplitude<TLane, T> TimesI
    {
        [MethodImpl(Inline)]
        get => new(TLane.Splat(T.Zero) - _imaginary, _real);
    }

    /// <summary>Where a row begins.</summary>
    [MethodImpl(Inline)]
    public static ref T Row(ref T state, int row) => ref Unsafe.Add(ref state, 2 * TLane.Count * row);

    /// <summary>Writes a row.</summary>
    [MethodImpl(Inline)]
    public void Store(ref T state, int row)
    {
        _real.Store(ref Row(ref state, row));
        _imaginary.Store(ref Unsafe.Add(ref Row(ref state, row), TLane.Count));
    }

    /// <summary>The real parts of a* b, a being these.</summary>
    [MethodImpl(Inline)]
    public TLane RealDot(in Amplitude<TLane, T> other) => TLane.MultiplyAdd(_real, other._real, _imaginary * other._imaginary);

    /// <summary>These plus a real multiple of others.</summary>
    [MethodImpl(Inline)]
    public Amplitude<TLane, T> Plus(TLane factor, in Amplitude<TLane, T> other) =>
        new(TLane.MultiplyAdd(factor, other._real, _real), TLane.MultiplyAdd(factor, other._imaginary, _imaginary));

    /// <summary>These plus a complex multiple of others.</summary>
    [MethodImpl(Inline)]
    public Amplitude<TLane, T> Plus(double real, double imaginary, in Amplitude<TLane, T> other)
    {
        Amplitude<TLane, T> sum = Plus(Lanes<TLane, T>.Constant(real), other);
        return sum.Plus(Lanes<TLane, T>.Constant(imaginary), other.TimesI);
    }
}
