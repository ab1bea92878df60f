using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Hyperbolic tangent.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Tanh<T> : IMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> =>
        Functions.Tanh<TLane, T>(x);
}

/// <summary>Backward of <see cref="Tanh{T}"/> from its result: dx += dy (1 - y^2).</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct TanhBackward<T> : IZip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane y, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> =>
        TLane.MultiplyAdd(dy, TLane.Splat(T.One) - (y * y), dx);
}
