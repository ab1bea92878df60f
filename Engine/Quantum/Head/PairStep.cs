using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// One compression step on a lane of pairs: the control qubit acts on its target and is measured away; the target becomes
/// the real state of its outcome probabilities.
/// </summary>
/// <remarks>
/// With the coefficients of <see cref="PairCoefficients"/>, z0 = a0 xT + b0 zT, z1 = a1 xT + b1 zT, zc = ac xC + bc zC,
/// <code>z = ((1 + zc) z0 + (1 - zc) z1) / 2,   x = sqrt(1 - z^2)</code>
/// exactly what the complex two-qubit circuit gives after the control is traced out.
/// </remarks>
internal static class PairStep<TLane, T, TPart>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TPart : struct, ILanePart<TLane, T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The target after the step.</summary>
    /// <param name="c">Coefficients: the first pair's a0, in rows [6, w].</param>
    /// <param name="width">w.</param>
    /// <param name="rest">Pairs left in the row.</param>
    /// <param name="xt">Bloch x of the target before.</param>
    /// <param name="zt">Bloch z of the target before.</param>
    /// <param name="x">Bloch x of the control; then of the target.</param>
    /// <param name="z">Bloch z of the control; then of the target.</param>
    [MethodImpl(Inline)]
    public static void Forward(ref T c, int width, int rest, TLane xt, TLane zt, ref TLane x, ref TLane z)
    {
        TLane one = TLane.Splat(T.One);
        TLane minus = TLane.Splat(-T.One);
        TLane z0 = Expectation(ref c, width, rest, xt, zt);
        TLane z1 = Expectation(ref Unsafe.Add(ref c, 2 * width), width, rest, xt, zt);
        TLane zc = Expectation(ref Unsafe.Add(ref c, 4 * width), width, rest, x, z);
        z = Lanes<TLane, T>.Constant(0.5) * TLane.MultiplyAdd(zc, z0 - z1, z0 + z1);
        // Rounding must not lead beyond certainty; in this order NaN stays.
        z = TLane.WhereLess(one, z, one, z);
        z = TLane.WhereLess(z, minus, minus, z);
        x = TLane.Sqrt((one - z) * (one + z));
    }

    /// <summary>The gradient of the target's z after the step, with what reaches it through x.</summary>
    /// <remarks>
    /// dx/dz = -z/x is singular where x = 0, a certain outcome; x is not taken smaller there than the square root of
    /// the unit in the last place, which is below the smallest x that arithmetic can produce otherwise.
    /// </remarks>
    /// <param name="x">Bloch x after the step.</param>
    /// <param name="z">Bloch z after the step.</param>
    /// <param name="dx">Gradient of x.</param>
    /// <param name="dz">Gradient of z.</param>
    [MethodImpl(Inline)]
    public static TLane OutcomeGradient(TLane x, TLane z, TLane dx, TLane dz)
    {
        TLane min = Lanes<TLane, T>.Constant(typeof(T) == typeof(float) ? 3.4526698300124393e-4 : 1.4901161193847656e-8);
        return dz - (dx * z / TLane.WhereLess(x, min, min, x));
    }

    /// <summary>a x + b z.</summary>
    /// <param name="c">The first pair's a; the row of b follows.</param>
    /// <param name="width">Pairs of a row.</param>
    /// <param name="rest">Pairs left in the row.</param>
    /// <param name="x">Bloch x.</param>
    /// <param name="z">Bloch z.</param>
    [MethodImpl(Inline)]
    public static TLane Expectation(ref T c, int width, int rest, TLane x, TLane z) =>
        TLane.MultiplyAdd(TPart.Take(ref c, rest), x, TPart.Take(ref Unsafe.Add(ref c, width), rest) * z);

    /// <summary>Adds an expectation's gradient to those of its a and b.</summary>
    /// <param name="dc">Gradient of the first pair's a, accumulated; the row of b follows.</param>
    /// <param name="width">Pairs of a row.</param>
    /// <param name="rest">Pairs left in the row.</param>
    /// <param name="d">Gradient of the expectation.</param>
    /// <param name="x">Bloch x.</param>
    /// <param name="z">Bloch z.</param>
    [MethodImpl(Inline)]
    public static void AddGradient(ref T dc, int width, int rest, TLane d, TLane x, TLane z)
    {
        TPart.Put(TLane.MultiplyAdd(d, x, TPart.Take(ref dc, rest)), ref dc, rest);
        dc = ref Unsafe.Add(ref dc, width);
        TPart.Put(TLane.MultiplyAdd(d, z, TPart.Take(ref dc, rest)), ref dc, rest);
    }
}
