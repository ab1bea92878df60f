using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// Angle encoding: a real u becomes the qubit cos(theta/2)|0> + e^(i pi) sin(theta/2)|1>, theta = (pi/2)(1 + tanh v), v = u / tau.
/// </summary>
/// <remarks>
/// In Bloch form, with s = tanh v: x = -sin theta = -cos(pi s / 2), z = cos theta = -sin(pi s / 2), y = 0.
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
    /// <param name="factors">[d], 1 / tau; empty where tau is 1.</param>
    /// <param name="states">[3d], Bloch x, then z, then d theta / dv = (pi/2)(1 - tanh^2 v).</param>
    public static void Forward(ReadOnlySpan<T> u, ReadOnlySpan<T> factors, Span<T> states)
    {
        Debug.Assert(states.Length >= 3 * u.Length, "three numbers for every value");
        Debug.Assert(factors.IsEmpty || factors.Length == u.Length, "a factor for every value");
        ForwardLoop loop = new(u, factors, states);
        LaneLoop<TLane, T>.Run(ref loop, 0, u.Length);
    }

    /// <summary>Adds the gradients of values and of ln tau: dv/du = 1 / tau, dv / d ln tau = -v.</summary>
    /// <param name="u">[d], values.</param>
    /// <param name="factors">[d], 1 / tau.</param>
    /// <param name="dv">[d], gradient of v.</param>
    /// <param name="du">[d], accumulated; empty if not wanted.</param>
    /// <param name="dlogScales">[d], accumulated; empty if not wanted.</param>
    public static void Backward(ReadOnlySpan<T> u, ReadOnlySpan<T> factors, ReadOnlySpan<T> dv, Span<T> du, Span<T> dlogScales)
    {
        Debug.Assert(factors.Length == u.Length && dv.Length == u.Length, "a factor and a gradient for every value");
        BackwardLoop loop = new(u, factors, dv, du, dlogScales);
        LaneLoop<TLane, T>.Run(ref loop, 0, u.Length);
    }

    private readonly ref struct ForwardLoop(ReadOnlySpan<T> u, ReadOnlySpan<T> factors, Span<T> states) : ILaneLoop<TLane, T>
    {
        private readonly ReadOnlySpan<T> _u = u, _factors = factors;
        private readonly ref T _states = ref MemoryMarshal.GetReference(states);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
        {
            int d = _u.Length;
            ref T u = ref MemoryMarshal.GetReference(_u);
            ref T factors = ref MemoryMarshal.GetReference(_factors);
            ref T states = ref _states;
            bool scaled = !_factors.IsEmpty;
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane zero = TLane.Splat(T.Zero);
                TLane v = TPart.Take(ref Unsafe.Add(ref u, i), to - i);
                if (scaled) v *= TPart.Take(ref Unsafe.Add(ref factors, i), to - i);
                TLane sin = TanhAngle<TLane, T>.SinCos(v, out TLane cos, out TLane derivative);
                TPart.Put(zero - cos, ref Unsafe.Add(ref states, i), to - i);
                TPart.Put(zero - sin, ref Unsafe.Add(ref states, d + i), to - i);
                TPart.Put(Lanes<TLane, T>.Constant(Math.PI / 2) * derivative, ref Unsafe.Add(ref states, (2 * d) + i), to - i);
            }
        }
    }

    private readonly ref struct BackwardLoop(
        ReadOnlySpan<T> u, ReadOnlySpan<T> factors, ReadOnlySpan<T> dv, Span<T> du, Span<T> dlogScales) : ILaneLoop<TLane, T>
    {
        // At 40 the derivative of tanh is below 1e-33: an infinite v has no part in the gradient, rather than one that is not a number.
        private const double MaxValue = 40;

        private readonly ReadOnlySpan<T> _u = u, _factors = factors, _dv = dv;
        private readonly Span<T> _du = du, _dlogScales = dlogScales;

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
        {
            ref T u = ref MemoryMarshal.GetReference(_u);
            ref T factors = ref MemoryMarshal.GetReference(_factors);
            ref T dv = ref MemoryMarshal.GetReference(_dv);
            TLane max = Lanes<TLane, T>.Constant(MaxValue), min = Lanes<TLane, T>.Constant(-MaxValue);
            for (int i = from; i < to; i += TLane.Count)
            {
                TLane factor = TPart.Take(ref Unsafe.Add(ref factors, i), to - i);
                TLane gradient = TPart.Take(ref Unsafe.Add(ref dv, i), to - i);
                if (!_du.IsEmpty)
                {
                    ref T du = ref Unsafe.Add(ref MemoryMarshal.GetReference(_du), i);
                    TPart.Put(TLane.MultiplyAdd(factor, gradient, TPart.Take(ref du, to - i)), ref du, to - i);
                }
                if (_dlogScales.IsEmpty) continue;
                TLane v = factor * TPart.Take(ref Unsafe.Add(ref u, i), to - i);
                v = TLane.WhereLess(max, v, max, TLane.WhereLess(v, min, min, v));
                ref T dlogScales = ref Unsafe.Add(ref MemoryMarshal.GetReference(_dlogScales), i);
                TPart.Put(TPart.Take(ref dlogScales, to - i) - (v * gradient), ref dlogScales, to - i);
            }
        }
    }
}
