using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>
/// Elementary functions on lanes: the same formula for every width and for the tail, so an element's result depends neither on where it
/// stands nor on its neighbours. Largest errors are stated in units in the last place and hold with and without fused multiply-add.
/// </summary>
public static partial class Functions
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>A polynomial by Horner's rule.</summary>
    /// <param name="x">Argument.</param>
    /// <param name="coefficients">Highest power first.</param>
    [MethodImpl(Inline)]
    private static TLane Polynomial<TLane, T>(TLane x, ReadOnlySpan<double> coefficients)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane value = Constant<TLane, T>(coefficients[0]);
        for (int i = 1; i < coefficients.Length; i++) value = TLane.MultiplyAdd(value, x, Constant<TLane, T>(coefficients[i]));
        return value;
    }

    [MethodImpl(Inline)]
    private static TLane Constant<TLane, T>(double value)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Lanes.Constant<TLane, T>(value);
}
