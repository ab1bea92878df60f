using System.Numerics;

namespace QEngine.Simd;

/// <summary>A formula of one argument, written once for every lane width.</summary>
internal interface IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the formula to every element of a lane.</summary>
    TLane Invoke<TLane>(TLane x)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>A formula of two arguments.</summary>
internal interface IBinary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the formula to every element of two lanes.</summary>
    TLane Invoke<TLane>(TLane a, TLane b)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>A formula of three arguments.</summary>
internal interface ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the formula to every element of three lanes.</summary>
    TLane Invoke<TLane>(TLane a, TLane b, TLane c)
        where TLane : struct, ILane<TLane, T>;
}
