using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>y = scale e^(x / tau): turns a log-fidelity into the score 20 F of the paper (scale 20, tau 1).</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="scale">Factor before the exponential.</param>
/// <param name="inverseTau">1 / tau.</param>
public readonly struct ScaledExp<T>(T scale, T inverseTau) : IMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> =>
        TLane.Splat(scale) * Functions.Exp<TLane, T>(TLane.Splat(inverseTau) * x);
}

/// <summary>Backward of <see cref="ScaledExp{T}"/> from its result: dx += dy y / tau.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="inverseTau">1 / tau.</param>
public readonly struct ScaledExpBackward<T>(T inverseTau) : IZip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane y, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> =>
        TLane.MultiplyAdd(dy * y, TLane.Splat(inverseTau), dx);
}

/// <summary>y = factor x + shift.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="factor">Slope.</param>
/// <param name="shift">Value at 0.</param>
public readonly struct Affine<T>(T factor, T shift) : IMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> =>
        TLane.MultiplyAdd(TLane.Splat(factor), x, TLane.Splat(shift));
}

/// <summary>Backward of <see cref="Affine{T}"/>: dx += factor dy.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="factor">Slope.</param>
public readonly struct AffineBackward<T>(T factor) : IZip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane saved, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> =>
        TLane.MultiplyAdd(TLane.Splat(factor), dy, dx);
}
