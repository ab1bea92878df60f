using System.Diagnostics;
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
/// A loop of its own, apart from the steps: with both in one, the runtime was measured to give up inlining, and the code to be ten times
/// slower.
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
        Debug.Assert(states.Length >= 3 * u.Length, "three numbers for every value");
        Loop loop = new(u, states);
        LaneLoop<TLane, T>.Run(ref loop, 0, u.Length);
    }

    private readonly ref struct Loop(ReadOnlySpan<T> u, Span<T> states) : ILaneLoop<TLane, T>
    {
        private readonly ReadOnlySpan<T> _u = u;
        private readonly ref T _states = ref MemoryMarshal.GetReference(states);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
        {
            int d = _u.Length;
            ref T u = ref MemoryMarshal.GetReference(_u);
            ref T states = ref _states;
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane zero = TLane.Splat(T.Zero);
                TLane sin = TanhAngle<TLane, T>.SinCos(TPart.Take(ref Unsafe.Add(ref u, i), to - i), out TLane cos, out TLane derivative);
                TPart.Put(zero - cos, ref Unsafe.Add(ref states, i), to - i);
                TPart.Put(zero - sin, ref Unsafe.Add(ref states, d + i), to - i);
                TPart.Put(Lanes<TLane, T>.Constant(Math.PI / 2) * derivative, ref Unsafe.Add(ref states, (2 * d) + i), to - i);
            }
        }
    }
}
