using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>The data's rotations of an edge.</summary>
internal interface IEdgeData<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Sine and cosine of the angle of a repetition for a lane of rows.</summary>
    /// <param name="repetition">Which, from 0.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rest">How many rows are left.</param>
    /// <param name="cos">The cosines.</param>
    TLane SinCos<TPart>(int repetition, int row, int rest, out TLane cos)
        where TPart : struct, ILanePart<TLane, T>;

    /// <summary>Adds the gradients of frequency and offset from those of the numbers read, w x + b.</summary>
    /// <param name="sums">[2], lanes.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rest">How many rows are left.</param>
    /// <param name="gradient">The gradients.</param>
    void AddGradients<TPart>(ref T sums, int row, int rest, TLane gradient)
        where TPart : struct, ILanePart<TLane, T>;

    /// <summary>w of a repetition.</summary>
    TLane Frequency(int repetition);
}

/// <summary>All edges of an input and all repetitions read the number itself, whose sine and cosine are known.</summary>
/// <param name="cos">[rows].</param>
/// <param name="sin">[rows].</param>
internal readonly ref struct SharedData<TLane, T>(ReadOnlySpan<T> cos, ReadOnlySpan<T> sin) : IEdgeData<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ref T _cos = ref MemoryMarshal.GetReference(cos), _sin = ref MemoryMarshal.GetReference(sin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane SinCos<TPart>(int repetition, int row, int rest, out TLane cos)
        where TPart : struct, ILanePart<TLane, T>
    {
        cos = TPart.Take(ref Unsafe.Add(ref _cos, row), rest);
        return TPart.Take(ref Unsafe.Add(ref _sin, row), rest);
    }

    public void AddGradients<TPart>(ref T sums, int row, int rest, TLane gradient)
        where TPart : struct, ILanePart<TLane, T>
    {
        // Frequency and offset are no parameters.
    }

    public TLane Frequency(int repetition) => TLane.Splat(T.One);
}

/// <summary>Every repetition of an edge reads w x + b of its own.</summary>
/// <param name="isArcCosine">How numbers are read.</param>
/// <param name="x">[rows].</param>
/// <param name="frequencies">w [repetitions].</param>
/// <param name="offsets">b [repetitions].</param>
internal readonly ref struct ScaledData<TLane, T>(
    bool isArcCosine, ReadOnlySpan<T> x, ReadOnlySpan<T> frequencies, ReadOnlySpan<T> offsets) : IEdgeData<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ref T _x = ref MemoryMarshal.GetReference(x);
    private readonly ReadOnlySpan<T> _frequencies = frequencies, _offsets = offsets;

    public TLane SinCos<TPart>(int repetition, int row, int rest, out TLane cos)
        where TPart : struct, ILanePart<TLane, T>
    {
        TLane number = TLane.MultiplyAdd(
            Frequency(repetition), TPart.Take(ref Unsafe.Add(ref _x, row), rest), TLane.Splat(_offsets[repetition]));
        return DataAngle<TLane, T>.SinCos(isArcCosine, number, out cos);
    }

    public void AddGradients<TPart>(ref T sums, int row, int rest, TLane gradient)
        where TPart : struct, ILanePart<TLane, T>
    {
        ref T offset = ref Unsafe.Add(ref sums, TLane.Count);
        TLane.MultiplyAdd(gradient, TPart.Take(ref Unsafe.Add(ref _x, row), rest), TLane.Load(ref sums)).Store(ref sums);
        (TLane.Load(ref offset) + gradient).Store(ref offset);
    }

    public TLane Frequency(int repetition) => TLane.Splat(_frequencies[repetition]);
}
