using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Exact GELU: x Phi(x) with Phi(x) = (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, arXiv 1606.08415).</summary>
/// <remarks>
/// Single precision: Phi(x) = 1/2 + x p(x^2) / q(x^2) where |x| is below sqrt 32, p and q of degree 5 and nearly minimax,
/// 1.1e-8; with rounding Phi is within 2e-7 and GELU within 2e-7 |x| (measured: 1.85e-7). Beyond, GELU is x or 0. Double: by the error
/// function.
/// </remarks>
internal static class GeluLanes<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // sqrt 32: from here on Phi is 1 in single precision.
    private const double Saturated = 5.65685424949238;

    /// <summary>x Phi(x).</summary>
    [MethodImpl(Inline)]
    public static TLane Value(TLane x)
    {
        TLane y = x * Phi(x);
        if (typeof(T) != typeof(float)) return y;
        return TLane.WhereLess(TLane.Abs(x), Lanes<TLane, T>.Constant(Saturated), y, TLane.Max(x, TLane.Splat(T.Zero)));
    }

    /// <summary>Phi(x) + x phi(x), phi the density of the normal distribution.</summary>
    [MethodImpl(Inline)]
    public static TLane Derivative(TLane x)
    {
        TLane density = Lanes<TLane, T>.Constant(0.39894228040143267794) * Functions<TLane, T>.Exp(x * x * Lanes<TLane, T>.Constant(-0.5));
        if (typeof(T) != typeof(float)) return TLane.MultiplyAdd(x, density, Phi(x));
        // Where Phi ends the density is below a unit in the last place of the derivative, 0 or 1.
        TLane end = TLane.Min(TLane.Max(x, TLane.Splat(T.Zero)), TLane.Splat(T.One));
        return TLane.WhereLess(TLane.Abs(x), Lanes<TLane, T>.Constant(Saturated), TLane.MultiplyAdd(x, density, Phi(x)), end);
    }

    /// <summary>The normal distribution; in single precision where |x| is below sqrt 32.</summary>
    [MethodImpl(Inline)]
    private static TLane Phi(TLane x)
    {
        TLane half = Lanes<TLane, T>.Constant(0.5);
        if (typeof(T) != typeof(float))
            return TLane.MultiplyAdd(half, Functions<TLane, T>.Erf(x * Lanes<TLane, T>.Constant(0.70710678118654752440)), half);
        TLane z = x * x;
        TLane p = Polynomial<TLane, T>.Horner(
            z, 2.18150297071e-8, 6.36287966241e-6, 0.000176860800569, 0.00472543611503, 0.0346863148799, 0.398942214062);
        TLane q = Polynomial<TLane, T>.Horner(z, 1.171009048e-6, 7.59897115597e-5, 0.00193013465426, 0.0291154417702, 0.253611291512, 1);
        return TLane.MultiplyAdd(x, p / q, half);
    }
}

/// <summary>Exact GELU, see <see cref="GeluLanes{TLane, T}"/>.</summary>
internal readonly struct Gelu<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => GeluLanes<TLane, T>.Value(x);
}

/// <summary>Backward of <see cref="Gelu{T}"/>: dx += dy GELU'(x), of x, dy and dx.</summary>
internal readonly struct GeluBackward<T> : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> => TLane.MultiplyAdd(dy, GeluLanes<TLane, T>.Derivative(x), dx);
}

/// <summary>The gradient of <see cref="Gelu{T}"/>'s argument in place of that of its result: dy GELU'(x), of x and dy.</summary>
internal readonly struct GeluGradient<T> : IBinary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane dy)
        where TLane : struct, ILane<TLane, T> => dy * GeluLanes<TLane, T>.Derivative(x);
}
