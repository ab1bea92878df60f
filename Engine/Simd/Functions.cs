using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>
/// Elementary functions on lanes: the same formula for every width and for the tail, so an element's result depends neither on where it
/// stands nor on its neighbours. Maximum errors are stated in units in the last place and hold with and without fused multiply-add.
/// </summary>
internal static partial class Functions<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    private static TLane Constant(double value) => Lanes<TLane, T>.Constant(value);
}
