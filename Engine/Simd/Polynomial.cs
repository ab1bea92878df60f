using System.Numerics;
using System.Runtime.CompilerServices;

namespace QEngine.Simd;

/// <summary>Polynomials by Horner's rule, coefficients of the highest power first.</summary>
/// <remarks>
/// A method for each number of coefficients: they stay constants of the code. A loop over a span of them reads, converts and spreads each
/// of them anew for every lane, which takes six times as long in single precision.
/// </remarks>
internal static class Polynomial<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static TLane Horner(TLane x, double c0, double c1, double c2) => Next(Next(First(c0), x, c1), x, c2);

    [MethodImpl(Inline)]
    public static TLane Horner(TLane x, double c0, double c1, double c2, double c3) => Next(Next(Next(First(c0), x, c1), x, c2), x, c3);

    [MethodImpl(Inline)]
    public static TLane Horner(TLane x, double c0, double c1, double c2, double c3, double c4) =>
        Next(Next(Next(Next(First(c0), x, c1), x, c2), x, c3), x, c4);

    [MethodImpl(Inline)]
    public static TLane Horner(TLane x, double c0, double c1, double c2, double c3, double c4, double c5) =>
        Next(Horner(x, c0, c1, c2, c3, c4), x, c5);

    [MethodImpl(Inline)]
    public static TLane Horner(TLane x, double c0, double c1, double c2, double c3, double c4, double c5, double c6) =>
        Next(Next(Horner(x, c0, c1, c2, c3, c4), x, c5), x, c6);

    [MethodImpl(Inline)]
    public static TLane Horner(TLane x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7) =>
        Next(Next(Next(Horner(x, c0, c1, c2, c3, c4), x, c5), x, c6), x, c7);

    [MethodImpl(Inline)]
    public static TLane Horner(
        TLane x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7, double c8) =>
        Next(Next(Next(Next(Horner(x, c0, c1, c2, c3, c4), x, c5), x, c6), x, c7), x, c8);

    [MethodImpl(Inline)]
    public static TLane Horner(
        TLane x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7, double c8, double c9) =>
        Next(Next(Next(Next(Next(Horner(x, c0, c1, c2, c3, c4), x, c5), x, c6), x, c7), x, c8), x, c9);

    [MethodImpl(Inline)]
    private static TLane First(double c) => TLane.Splat(T.CreateTruncating(c));

    [MethodImpl(Inline)]
    private static TLane Next(TLane p, TLane x, double c) => TLane.MultiplyAdd(p, x, TLane.Splat(T.CreateTruncating(c)));
}
