using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// One compression step on one embedding: the control block of w qubits acts on the target block below it and is
/// measured away; the target is written back as the real state of its outcome probabilities.
/// </summary>
/// <remarks>
/// With the coefficients of <see cref="PairCoefficients"/>, z0 = a0 xT + b0 zT, z1 = a1 xT + b1 zT, zc = ac xC + bc zC,
/// <code>z = ((1 + zc) z0 + (1 - zc) z1) / 2,   x = sqrt(1 - z^2)</code>
/// exactly what the complex two-qubit circuit gives after the control is traced out.
/// </remarks>
public static class PairStep
{
    /// <summary>Runs a step in place: the target block holds the new states.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="coefficients">[6, w].</param>
    /// <param name="xs">Bloch x of the current qubits; targets at [current - 2w, current - w), controls above.</param>
    /// <param name="zs">Bloch z of the current qubits.</param>
    /// <param name="current">Qubits before the step.</param>
    public static void Forward<TLane, T>(ReadOnlySpan<T> coefficients, Span<T> xs, Span<T> zs, int current)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = coefficients.Length / PairCoefficients.PerPair, target = current - (2 * width);
        TLane one = TLane.Splat(T.One), minus = TLane.Splat(-T.One);
        for (int j = 0; j < width; j += TLane.Count)
        {
            int rest = width - j;
            Pair<TLane, T> pair = new(coefficients, xs, zs, target, width, j);
            TLane z = TLane.Max(TLane.Min(pair.Outcome, one), minus);
            Lanes.Put(TLane.Sqrt((one - z) * (one + z)), ref xs[target + j], rest);
            Lanes.Put(z, ref zs[target + j], rest);
        }
    }

    /// <summary>Gradients of a step, in place: the target block's gradient becomes that of the states before the step.</summary>
    /// <remarks>
    /// dx/dz = -z/x is singular where x = 0, a certain outcome; x is not taken smaller there than the square root of
    /// the unit in the last place, which is below the smallest x that arithmetic can produce otherwise.
    /// </remarks>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="coefficients">[6, w].</param>
    /// <param name="before">The states before the step: targets' x [w] and z [w] that the step overwrote.</param>
    /// <param name="xs">Bloch x after the step; the target block is restored.</param>
    /// <param name="zs">Bloch z after the step; the target block is restored.</param>
    /// <param name="dxs">Gradient of x; the target block is read and replaced, the control block written.</param>
    /// <param name="dzs">Gradient of z, likewise.</param>
    /// <param name="current">Qubits before the step.</param>
    /// <param name="dcoefficients">[6, w], accumulated.</param>
    public static void Backward<TLane, T>(
        ReadOnlySpan<T> coefficients, ReadOnlySpan<T> before, Span<T> xs, Span<T> zs, Span<T> dxs, Span<T> dzs, int current, Span<T> dcoefficients)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = coefficients.Length / PairCoefficients.PerPair, target = current - (2 * width), control = target + width;
        TLane smallest = TLane.Splat(T.Sqrt(T.BitIncrement(T.One) - T.One)), half = Lanes.Constant<TLane, T>(0.5), one = TLane.Splat(T.One);
        for (int j = 0; j < width; j += TLane.Count)
        {
            int rest = width - j;
            TLane x = Lanes.Take<TLane, T>(ref xs[target + j], rest), z = Lanes.Take<TLane, T>(ref zs[target + j], rest);
            TLane dx = Lanes.Take<TLane, T>(ref dxs[target + j], rest), dz = Lanes.Take<TLane, T>(ref dzs[target + j], rest);
            dz -= dx * z / TLane.Max(x, smallest);

            TLane xt = Lanes.Take<TLane, T>(in before[j], rest), zt = Lanes.Take<TLane, T>(in before[width + j], rest);
            Lanes.Put(xt, ref xs[target + j], rest);
            Lanes.Put(zt, ref zs[target + j], rest);
            Pair<TLane, T> pair = new(coefficients, xs, zs, target, width, j);
            TLane dz0 = half * (one + pair.Zc) * dz, dz1 = half * (one - pair.Zc) * dz, dzc = half * (pair.Z0 - pair.Z1) * dz;

            Lanes.Put((pair.A0 * dz0) + (pair.A1 * dz1), ref dxs[target + j], rest);
            Lanes.Put((pair.B0 * dz0) + (pair.B1 * dz1), ref dzs[target + j], rest);
            Lanes.Put(pair.Ac * dzc, ref dxs[control + j], rest);
            Lanes.Put(pair.Bc * dzc, ref dzs[control + j], rest);
            AddProduct(dz0, xt, ref dcoefficients[j], rest);
            AddProduct(dz0, zt, ref dcoefficients[width + j], rest);
            AddProduct(dz1, xt, ref dcoefficients[(2 * width) + j], rest);
            AddProduct(dz1, zt, ref dcoefficients[(3 * width) + j], rest);
            AddProduct(dzc, pair.Xc, ref dcoefficients[(4 * width) + j], rest);
            AddProduct(dzc, pair.ZControl, ref dcoefficients[(5 * width) + j], rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct<TLane, T>(TLane a, TLane b, ref T target, int rest)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Lanes.Put(TLane.MultiplyAdd(a, b, Lanes.Take<TLane, T>(ref target, rest)), ref target, rest);

    /// <summary>A lane of pairs: coefficients, states and the three expectations.</summary>
    private readonly struct Pair<TLane, T>
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public readonly TLane A0, B0, A1, B1, Ac, Bc, Xc, ZControl, Z0, Z1, Zc;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Pair(ReadOnlySpan<T> coefficients, ReadOnlySpan<T> xs, ReadOnlySpan<T> zs, int target, int width, int j)
        {
            int rest = width - j;
            ref T c = ref Unsafe.Add(ref MemoryMarshal.GetReference(coefficients), j);
            A0 = Lanes.Take<TLane, T>(ref c, rest);
            B0 = Lanes.Take<TLane, T>(ref Unsafe.Add(ref c, width), rest);
            A1 = Lanes.Take<TLane, T>(ref Unsafe.Add(ref c, 2 * width), rest);
            B1 = Lanes.Take<TLane, T>(ref Unsafe.Add(ref c, 3 * width), rest);
            Ac = Lanes.Take<TLane, T>(ref Unsafe.Add(ref c, 4 * width), rest);
            Bc = Lanes.Take<TLane, T>(ref Unsafe.Add(ref c, 5 * width), rest);
            TLane xt = Lanes.Take<TLane, T>(in xs[target + j], rest), zt = Lanes.Take<TLane, T>(in zs[target + j], rest);
            Xc = Lanes.Take<TLane, T>(in xs[target + width + j], rest);
            ZControl = Lanes.Take<TLane, T>(in zs[target + width + j], rest);
            Z0 = TLane.MultiplyAdd(A0, xt, B0 * zt);
            Z1 = TLane.MultiplyAdd(A1, xt, B1 * zt);
            Zc = TLane.MultiplyAdd(Ac, Xc, Bc * ZControl);
        }

        /// <summary>The target's new z.</summary>
        public TLane Outcome => Lanes.Constant<TLane, T>(0.5) * TLane.MultiplyAdd(Zc, Z0 - Z1, Z0 + Z1);
    }
}
