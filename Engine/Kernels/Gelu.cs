using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Exact GELU: x Phi(x) with Phi(x) = (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, arXiv 1606.08415).</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Gelu<T> : IMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> =>
        x * Phi<TLane>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane Phi<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>
    {
        TLane half = Lanes.Constant<TLane, T>(0.5);
        return TLane.MultiplyAdd(half, Functions.Erf<TLane, T>(x * Lanes.Constant<TLane, T>(0.70710678118654752440)), half);
    }
}

/// <summary>Backward of <see cref="Gelu{T}"/>: dx += dy (Phi(x) + x phi(x)), phi the standard normal density.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct GeluBackward<T> : IZip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T>
    {
        TLane density = Lanes.Constant<TLane, T>(0.39894228040143267794) * TLane.Exp(x * x * Lanes.Constant<TLane, T>(-0.5));
        return TLane.MultiplyAdd(dy, TLane.MultiplyAdd(x, density, Gelu<T>.Phi(x)), dx);
    }
}

/// <summary>The gradient of <see cref="Gelu{T}"/>'s argument in place of that of its result: dy (Phi(x) + x phi(x)).</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct GeluGradient<T> : IZip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane dy, TLane unused)
        where TLane : struct, ILane<TLane, T> =>
        default(GeluBackward<T>).Invoke(x, dy, TLane.Splat(T.Zero));
}
