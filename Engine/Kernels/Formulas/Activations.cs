using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Hyperbolic tangent.</summary>
internal readonly struct Tanh<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.Tanh(x);
}

/// <summary>Backward of <see cref="Tanh{T}"/> from its result: dx += dy (1 - y^2), of y, dy and dx.</summary>
internal readonly struct TanhBackward<T> : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane y, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> => TLane.MultiplyAdd(dy, TLane.Splat(T.One) - (y * y), dx);
}

/// <summary>Arc tangent.</summary>
internal readonly struct Atan<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.Atan(x);
}

/// <summary>Backward of <see cref="Atan{T}"/>: dx += dy / (1 + x^2), of x, dy and dx.</summary>
internal readonly struct AtanBackward<T> : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> => dx + (dy / TLane.MultiplyAdd(x, x, TLane.Splat(T.One)));
}

/// <summary>The logistic function, 1 / (1 + e^-x).</summary>
internal readonly struct Sigmoid<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>
    {
        TLane one = TLane.Splat(T.One);
        return one / (one + Functions<TLane, T>.Exp(TLane.Splat(T.Zero) - x));
    }
}

/// <summary>Backward of <see cref="Sigmoid{T}"/> from its result: dx += dy y (1 - y), of y, dy and dx.</summary>
internal readonly struct SigmoidBackward<T> : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane y, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> => TLane.MultiplyAdd(dy, y * (TLane.Splat(T.One) - y), dx);
}

/// <summary>SiLU, x times the logistic function of x.</summary>
internal readonly struct Silu<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => x * default(Sigmoid<T>).Invoke(x);
}

/// <summary>Backward of <see cref="Silu{T}"/>, g the logistic function: dx += dy g (1 + x (1 - g)), of x, dy and dx.</summary>
internal readonly struct SiluBackward<T> : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T>
    {
        TLane one = TLane.Splat(T.One), g = default(Sigmoid<T>).Invoke(x);
        return TLane.MultiplyAdd(dy, g * TLane.MultiplyAdd(x, one - g, one), dx);
    }
}

/// <summary>x where it is at least 0, else slope x.</summary>
/// <param name="slope">The slope below 0.</param>
internal readonly struct LeakyRelu<T>(T slope) : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => TLane.WhereLess(x, TLane.Splat(T.Zero), TLane.Splat(slope) * x, x);
}

/// <summary>Backward of <see cref="LeakyRelu{T}"/>: dx += dy times 1 or the slope, of x, dy and dx.</summary>
/// <param name="slope">The slope below 0.</param>
internal readonly struct LeakyReluBackward<T>(T slope) : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> =>
        TLane.MultiplyAdd(dy, TLane.WhereLess(x, TLane.Splat(T.Zero), TLane.Splat(slope), TLane.Splat(T.One)), dx);
}

/// <summary>y = scale e^(x / tau): turns a log-fidelity into the score 20 F of the paper (scale 20, tau 1).</summary>
/// <param name="scale">Factor before the exponential.</param>
/// <param name="inverseTau">1 / tau.</param>
internal readonly struct ScaledExp<T>(T scale, T inverseTau) : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => TLane.Splat(scale) * Functions<TLane, T>.Exp(TLane.Splat(inverseTau) * x);
}

/// <summary>Backward of <see cref="ScaledExp{T}"/> from its result: dx += dy y / tau, of y, dy and dx.</summary>
/// <param name="inverseTau">1 / tau.</param>
internal readonly struct ScaledExpBackward<T>(T inverseTau) : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane y, TLane dy, TLane dx)
        where TLane : struct, ILane<TLane, T> => TLane.MultiplyAdd(dy * y, TLane.Splat(inverseTau), dx);
}

/// <summary>y = factor x + shift. Its backward is <see cref="AddScaled{T}"/>.</summary>
/// <param name="factor">Slope.</param>
/// <param name="shift">Value at 0.</param>
internal readonly struct Affine<T>(T factor, T shift) : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => TLane.MultiplyAdd(TLane.Splat(factor), x, TLane.Splat(shift));
}
