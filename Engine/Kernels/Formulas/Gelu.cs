using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Exact GELU: x Phi(x) with Phi(x) = (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, arXiv 1606.08415).</summary>
/// <remarks>
/// Single precision: Phi(x) = 1/2 + x p(x^2) / q(x^2) where |x| is below sqrt 32, p and q of degree 5 and of almost least largest error,
/// 1.1e-8; with rounding Phi is within 2e-7 and GELU within 2e-7 |x| (measured: 1.85e-7). Beyond, GELU is x or 0. Double: by the error function.
/// </remarks>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Gelu<T> : IMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // sqrt 32: from here on Phi is 1 in single precision.
    private const double Saturated = 5.65685424949238;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>
    {
        TLane y = x * Phi(x);
        if (typeof(T) != typeof(float)) return y;
        return TLane.WhereLess(TLane.Abs(x), Lanes.Constant<TLane, T>(Saturated), y, TLane.Max(x, TLane.Splat(T.Zero)));
    }

    /// <summary>The normal distribution; in single precision where |x| is below sqrt 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane Phi<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>
    {
        TLane half = Lanes.Constant<TLane, T>(0.5);
        if (typeof(T) != typeof(float)) return TLane.MultiplyAdd(half, Functions.Erf<TLane, T>(x * Lanes.Constant<TLane, T>(0.70710678118654752440)), half);
        TLane z = x * x;
        TLane p = Lanes.Constant<TLane, T>(2.18150297071e-8), q = Lanes.Constant<TLane, T>(1.171009048e-6);
        p = TLane.MultiplyAdd(p, z, Lanes.Constant<TLane, T>(6.36287966241e-6));
        q = TLane.MultiplyAdd(q, z, Lanes.Constant<TLane, T>(7.59897115597e-5));
        p = TLane.MultiplyAdd(p, z, Lanes.Constant<TLane, T>(0.000176860800569));
        q = TLane.MultiplyAdd(q, z, Lanes.Constant<TLane, T>(0.00193013465426));
        p = TLane.MultiplyAdd(p, z, Lanes.Constant<TLane, T>(0.00472543611503));
        q = TLane.MultiplyAdd(q, z, Lanes.Constant<TLane, T>(0.0291154417702));
        p = TLane.MultiplyAdd(p, z, Lanes.Constant<TLane, T>(0.0346863148799));
        q = TLane.MultiplyAdd(q, z, Lanes.Constant<TLane, T>(0.253611291512));
        p = TLane.MultiplyAdd(p, z, Lanes.Constant<TLane, T>(0.398942214062));
        q = TLane.MultiplyAdd(q, z, TLane.Splat(T.One));
        return TLane.MultiplyAdd(x, p / q, half);
    }

    /// <summary>The derivative Phi(x) + x phi(x), phi the density of the normal distribution.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane Slope<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>
    {
        TLane density = Lanes.Constant<TLane, T>(0.39894228040143267794) * Functions.Exp<TLane, T>(x * x * Lanes.Constant<TLane, T>(-0.5));
        if (typeof(T) != typeof(float)) return TLane.MultiplyAdd(x, density, Phi(x));
        // Where Phi ends the density is below a unit in the last place of the slope, 0 or 1.
        TLane end = TLane.Min(TLane.Max(x, TLane.Splat(T.Zero)), TLane.Splat(T.One));
        return TLane.WhereLess(TLane.Abs(x), Lanes.Constant<TLane, T>(Saturated), TLane.MultiplyAdd(x, density, Phi(x)), end);
    }
}

/// <summary>Backward of <see cref="Gelu{T}"/>: dx += dy (Phi(x) + x phi(x)).</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct GeluBackward<T> : IZip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> =>
        TLane.MultiplyAdd(dy, Gelu<T>.Slope(x), dx);
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
        dy * Gelu<T>.Slope(x);
}
