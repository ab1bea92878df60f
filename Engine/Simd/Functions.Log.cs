using System.Runtime.CompilerServices;

namespace QEngine.Simd;

internal static partial class Functions<TLane, T>
{
    /// <summary>
    /// Natural logarithm within 1 unit in the last place (maximum error measured in single precision: 0.85), subnormal arguments included;
    /// ln 0 is minus infinity, of a negative number and of NaN it is NaN.
    /// </summary>
    /// <remarks>
    /// x = m 2^n, m from sqrt(1/2) to sqrt(2). Single precision: ln(1 + f) = f - f^2/2 + f^3 p(f), p minimax (Remez exchange).
    /// Double: Sun Microsystems' fdlibm, e_log.c.
    /// </remarks>
    [MethodImpl(Inline)]
    public static TLane Log(TLane x)
    {
        TLane zero = TLane.Splat(T.Zero);
        TLane one = TLane.Splat(T.One);
        TLane infinity = TLane.Splat(T.PositiveInfinity);
        TLane minNormal = Constant(typeof(T) == typeof(float) ? 1.17549435082228750797e-38 : 2.2250738585072013831e-308);
        // Subnormal numbers are made normal, 2^24 or 2^54 times as large.
        TLane normal = TLane.WhereLess(x, minNormal, x * Constant(typeof(T) == typeof(float) ? 16777216.0 : 18014398509481984.0), x);
        (TLane m, TLane n) = PowerOfTwo<TLane, T>.Split(normal);
        n = TLane.WhereLess(x, minNormal, n - Constant(typeof(T) == typeof(float) ? 24 : 54), n);
        TLane value = typeof(T) == typeof(float) ? LogSingle(m - one, n) : LogDouble(m - one, n);
        // Infinity and NaN stay as they are; then 0, and what is below.
        value = TLane.WhereLess(x, infinity, value, x);
        value = TLane.WhereLess(x, TLane.Splat(T.Epsilon), zero - infinity, value);
        return TLane.WhereLess(x, zero, infinity - infinity, value);
    }

    [MethodImpl(Inline)]
    private static TLane LogSingle(TLane f, TLane n)
    {
        TLane z = f * f;
        TLane p = Polynomial<TLane, T>.Horner(
            f,
            0.067466497883637592,
            -0.11675654553892557,
            0.11888159038863627,
            -0.12405588114432379,
            0.14219552745897588,
            -0.1666799592587642,
            0.20002118641001426,
            -0.250000095975627,
            0.3333331260429055);
        // The small parts first.
        TLane small = TLane.MultiplyAdd(n, Constant(-2.12194440054690583e-4), f * z * p);
        small = TLane.MultiplyAdd(Constant(-0.5), z, small);
        return TLane.MultiplyAdd(n, Constant(0.693359375), f + small);
    }

    [MethodImpl(Inline)]
    private static TLane LogDouble(TLane f, TLane n)
    {
        TLane s = f / (f + TLane.Splat(T.One) + TLane.Splat(T.One));
        TLane z = s * s;
        TLane half = Constant(0.5) * f * f;
        TLane p = Polynomial<TLane, T>.Horner(
            z,
            1.479819860511658591e-01,
            1.531383769920937332e-01,
            1.818357216161805012e-01,
            2.222219843214978396e-01,
            2.857142874366239149e-01,
            3.999999999940941908e-01,
            6.666666666666735130e-01);
        TLane small = TLane.MultiplyAdd(s, TLane.MultiplyAdd(z, p, half), n * Constant(1.90821492927058770002e-10));
        return (n * Constant(6.93147180369123816490e-01)) - ((half - small) - f);
    }
}
