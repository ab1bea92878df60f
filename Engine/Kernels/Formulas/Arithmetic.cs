using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>a + b.</summary>
internal readonly struct Sum<T> : IBinary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane a, TLane b)
        where TLane : struct, ILane<TLane, T> => a + b;
}

/// <summary>a b, the product element by element.</summary>
internal readonly struct Hadamard<T> : IBinary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane a, TLane b)
        where TLane : struct, ILane<TLane, T> => a * b;
}

/// <summary>sum + a b.</summary>
internal readonly struct Product<T> : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane sum, TLane a, TLane b)
        where TLane : struct, ILane<TLane, T> => TLane.MultiplyAdd(a, b, sum);
}

/// <summary>sum + (x - from)^2.</summary>
internal readonly struct SquaredDistance<T>(T from) : IBinary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane sum, TLane x)
        where TLane : struct, ILane<TLane, T>
    {
        TLane distance = x - TLane.Splat(from);
        return TLane.MultiplyAdd(distance, distance, sum);
    }
}

/// <summary>factor x.</summary>
internal readonly struct Scaled<T>(T factor) : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => TLane.Splat(factor) * x;
}

/// <summary>factor x + y.</summary>
internal readonly struct AddScaled<T>(T factor) : IBinary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x, TLane y)
        where TLane : struct, ILane<TLane, T> => TLane.MultiplyAdd(TLane.Splat(factor), x, y);
}

/// <summary>0 - x.</summary>
internal readonly struct Negated<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => TLane.Splat(T.Zero) - x;
}
