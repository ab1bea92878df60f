using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// Passes of a rotation over states, a lane of a batch at a time: row r is the lane of real parts at 2r and that of imaginary parts
/// beside it.
/// </summary>
internal static class PairSweep<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Rotates a state.</summary>
    /// <param name="pairs">The rows that the rotation mixes.</param>
    /// <param name="rotation">The rotation of each element of the lane.</param>
    /// <param name="state">The state's first number.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Apply(PairRows pairs, Rotation<TLane, T> rotation, ref T state)
    {
        Coefficients u = new(rotation);
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int zero = pairs.Zero(pair);
            Rotate(u, ref Amplitude<TLane, T>.Row(ref state, zero), ref Amplitude<TLane, T>.Row(ref state, zero ^ pairs.Flip));
        }
    }

    /// <summary>
    /// Rotates a state psi and the state lambda back, after adding up what their rotation by a small angle about each axis changes:
    /// Im(lambda* P psi) for P = X, Y, Z.
    /// </summary>
    /// <param name="pairs">The rows that the rotation mixes.</param>
    /// <param name="back">The rotation back.</param>
    /// <param name="state">The first number of psi, after the rotation.</param>
    /// <param name="adjoint">The first number of lambda, after the rotation.</param>
    /// <returns>The sums for X, Y and Z.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static (TLane X, TLane Y, TLane Z) Retreat(PairRows pairs, Rotation<TLane, T> back, ref T state, ref T adjoint)
    {
        Coefficients u = new(back);
        TLane zero = TLane.Splat(T.Zero);
        // Terms with and without a sign apart: two chains of additions that do not wait for each other.
        TLane x = zero, minusX = zero, y = zero, minusY = zero, z = zero, minusZ = zero;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int first = pairs.Zero(pair), second = first ^ pairs.Flip;
            ref T psi0 = ref Amplitude<TLane, T>.Row(ref state, first);
            ref T psi1 = ref Amplitude<TLane, T>.Row(ref state, second);
            ref T lambda0 = ref Amplitude<TLane, T>.Row(ref adjoint, first);
            ref T lambda1 = ref Amplitude<TLane, T>.Row(ref adjoint, second);
            (TLane a, TLane b, TLane c, TLane d) = (Real(ref psi0), Imaginary(ref psi0), Real(ref psi1), Imaginary(ref psi1));
            (TLane e, TLane f, TLane g, TLane h) = (Real(ref lambda0), Imaginary(ref lambda0), Real(ref lambda1), Imaginary(ref lambda1));
            x = TLane.MultiplyAdd(g, b, TLane.MultiplyAdd(e, d, x));
            minusX = TLane.MultiplyAdd(h, a, TLane.MultiplyAdd(f, c, minusX));
            y = TLane.MultiplyAdd(h, b, TLane.MultiplyAdd(g, a, y));
            minusY = TLane.MultiplyAdd(f, d, TLane.MultiplyAdd(e, c, minusY));
            z = TLane.MultiplyAdd(h, c, TLane.MultiplyAdd(e, b, z));
            minusZ = TLane.MultiplyAdd(g, d, TLane.MultiplyAdd(f, a, minusZ));
            Rotate(u, a, b, c, d, ref psi0, ref psi1);
            Rotate(u, e, f, g, h, ref lambda0, ref lambda1);
        }
        return (x - minusX, y - minusY, z - minusZ);
    }

    [MethodImpl(Inline)]
    private static void Rotate(in Coefficients u, ref T zero, ref T one) =>
        Rotate(u, Real(ref zero), Imaginary(ref zero), Real(ref one), Imaginary(ref one), ref zero, ref one);

    /// <summary>[[w - iz, -y - ix], [y - ix, w + iz]] times (a + ib, c + id).</summary>
    [MethodImpl(Inline)]
    private static void Rotate(in Coefficients u, TLane a, TLane b, TLane c, TLane d, ref T zero, ref T one)
    {
        TLane.MultiplyAdd(u.W, a, TLane.MultiplyAdd(u.Z, b, TLane.MultiplyAdd(u.X, d, u.MinusY * c))).Store(ref zero);
        TLane.MultiplyAdd(u.W, b, TLane.MultiplyAdd(u.MinusZ, a, TLane.MultiplyAdd(u.MinusX, c, u.MinusY * d)))
            .Store(ref Unsafe.Add(ref zero, TLane.Count));
        TLane.MultiplyAdd(u.W, c, TLane.MultiplyAdd(u.MinusZ, d, TLane.MultiplyAdd(u.X, b, u.Y * a))).Store(ref one);
        TLane.MultiplyAdd(u.W, d, TLane.MultiplyAdd(u.Z, c, TLane.MultiplyAdd(u.MinusX, a, u.Y * b)))
            .Store(ref Unsafe.Add(ref one, TLane.Count));
    }

    [MethodImpl(Inline)]
    private static TLane Real(ref T row) => TLane.Load(ref row);

    [MethodImpl(Inline)]
    private static TLane Imaginary(ref T row) => TLane.Load(ref Unsafe.Add(ref row, TLane.Count));

    private readonly struct Coefficients(Rotation<TLane, T> u)
    {
        public readonly TLane W = u.W, X = u.X, Y = u.Y, Z = u.Z, MinusX = u.Inverse.X, MinusY = u.Inverse.Y, MinusZ = u.Inverse.Z;
    }
}
