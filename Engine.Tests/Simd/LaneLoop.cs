using System.Numerics;
using QEngine.Simd;

namespace QEngine.Tests.Simd;

/// <summary>Applies a formula with a given lane, whichever the hardware would pick; wider lanes are emulated.</summary>
internal static class LaneLoop
{
    public static T[] Run<TMap, TLane, T>(TMap map, ReadOnlySpan<T> x)
        where TMap : struct, IUnary<T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = new T[x.Length];
        for (int i = 0; i < x.Length; i += TLane.Count)
            Lanes<TLane, T>.Put(map.Invoke(Lanes<TLane, T>.Take(in x[i], x.Length - i)), ref y[i], x.Length - i);
        return y;
    }

    /// <summary>The results with every lane type, by name.</summary>
    public static IEnumerable<(string Lane, T[] Y)> EveryLane<TMap, T>(TMap map, T[] x)
        where TMap : struct, IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        ("scalar", Run<TMap, LaneScalar<T>, T>(map, x)),
        ("128", Run<TMap, Lane128<T>, T>(map, x)),
        ("256", Run<TMap, Lane256<T>, T>(map, x)),
        ("512", Run<TMap, Lane512<T>, T>(map, x)),
    ];
}

internal readonly struct TanhMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.Tanh(x);
}

internal readonly struct AtanMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.Atan(x);
}

internal readonly struct ErfMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.Erf(x);
}

internal readonly struct ExpMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.Exp(x);
}

internal readonly struct LogMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.Log(x);
}

internal readonly struct SinMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.SinCos(x, out _);
}

internal readonly struct CosMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>
    {
        Functions<TLane, T>.SinCos(x, out TLane cos);
        return cos;
    }
}

/// <summary>The sine of any angle.</summary>
internal readonly struct AnySinMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.SinCos(Functions<TLane, T>.WithoutTurns(x), out _);
}

/// <summary>The cosine of any angle.</summary>
internal readonly struct AnyCosMap<T> : IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>
    {
        Functions<TLane, T>.SinCos(Functions<TLane, T>.WithoutTurns(x), out TLane cos);
        return cos;
    }
}
