using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// Angle encoding: a real u becomes the qubit cos(theta/2)|0> + e^(i pi) sin(theta/2)|1>, theta = (pi/2)(1 + tanh u).
/// </summary>
/// <remarks>
/// In Bloch form, with s = tanh u: x = -sin theta = -cos(pi s / 2), z = cos theta = -sin(pi s / 2), y = 0.
/// x is negative everywhere, also at a pole, where it is above -1e-34: so the signed angle there is the end of [-pi, 0] its
/// neighbours are at.
/// A loop of its own, apart from the steps: with both in one, the runtime was measured to give up inlining, and the code to be ten times slower.
/// </remarks>
internal static class Encoding<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Encodes one embedding.</summary>
    /// <param name="u">[d], values.</param>
    /// <param name="states">[3d], Bloch x, then z, then d theta / du = (pi/2)(1 - tanh^2 u).</param>
    public static void Forward(ReadOnlySpan<T> u, Span<T> states)
    {
        int d = u.Length, rest = d % TLane.Count, whole = d - rest;
        ref T to = ref MemoryMarshal.GetReference(states);
        WholeLanes(ref MemoryMarshal.GetReference(u), ref to, whole, d);
        if (rest == 0) return;

        // The tail goes through the very code of the body, in a row of its own.
        TLane last = TLane.LoadPartial(in u[whole], rest, T.Zero);
        ThreeLanes encoded = default;
        ref T one = ref Unsafe.As<ThreeLanes, T>(ref encoded);
        WholeLanes(ref Unsafe.As<TLane, T>(ref last), ref one, TLane.Count, TLane.Count);
        for (int row = 0; row < 3; row++)
            TLane.Load(ref Unsafe.Add(ref one, row * TLane.Count)).StorePartial(ref Unsafe.Add(ref to, (row * d) + whole), rest);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WholeLanes(ref T u, ref T states, int count, int d)
    {
        for (int i = 0; i < count; i += TLane.Count)
        {
            TLane zero = TLane.Splat(T.Zero);
            TLane sin = QuarterTurn<TLane, T>.OfTanh(TLane.Load(ref Unsafe.Add(ref u, i)), out TLane cos, out TLane slope);
            (zero - cos).Store(ref Unsafe.Add(ref states, i));
            (zero - sin).Store(ref Unsafe.Add(ref states, d + i));
            (Lanes<TLane, T>.Constant(Math.PI / 2) * slope).Store(ref Unsafe.Add(ref states, (2 * d) + i));
        }
    }

    [InlineArray(3)]
    private struct ThreeLanes
    {
        private TLane _first;
    }
}
