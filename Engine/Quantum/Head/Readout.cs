using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Forms in which the k qubits of a compressed embedding are written down.</summary>
public static class Readout
{
    /// <summary>
    /// Signed angles: omega in [-pi, pi] with sin omega = x and cos omega = z. It has the sign of x, also of a zero x: the
    /// pole z = -1 is pi for a measured qubit and -pi for an encoded one, beside the states it is the limit of.
    /// </summary>
    /// <param name="states">[2k], x then z.</param>
    /// <param name="angles">[k], radians.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Angles<T>(ReadOnlySpan<T> states, Span<T> angles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(states, 2L * angles.Length);
        Require.Apart(angles, states);
        Elementwise.Apply(WorkerPool.Single, default(SignedAngle<T>), states[..angles.Length], states[angles.Length..], angles);
    }

    /// <summary>Real amplitudes: first all cos(omega/2), then all sin(omega/2).</summary>
    /// <param name="states">[2k], x then z.</param>
    /// <param name="amplitudes">[2k].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Amplitudes<T>(ReadOnlySpan<T> states, Span<T> amplitudes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int k = Require.Columns(states, 2);
        Require.Elements(amplitudes, states.Length);
        Require.Apart(amplitudes, states);
        Elementwise.Apply(WorkerPool.Single, default(SignedAngle<T>), states[..k], states[k..], amplitudes[..k]);
        Elementwise.Apply<HalfSine<T>, T>(WorkerPool.Single, default, amplitudes[..k], amplitudes[k..]);
        Elementwise.Apply<HalfCosine<T>, T>(WorkerPool.Single, default, amplitudes[..k], amplitudes[..k]);
    }

    /// <summary>Expectations of Pauli Z: cos omega, in [-1, 1].</summary>
    /// <param name="states">[2k], x then z.</param>
    /// <param name="expectations">[k].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Expectations<T>(ReadOnlySpan<T> states, Span<T> expectations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(states, 2L * expectations.Length);
        Require.Apart(expectations, states);
        states[expectations.Length..].CopyTo(expectations);
    }

    /// <summary>The states of signed angles: x = sin omega, z = cos omega; within [-pi, pi], x has the sign of omega.</summary>
    /// <remarks>pi rounded to single precision lies beyond pi, where the sine has changed its sign: the pole would change sides.</remarks>
    /// <param name="angles">[k], radians.</param>
    /// <param name="states">[2k], x then z.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void FromAngles<T>(ReadOnlySpan<T> angles, Span<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(states, 2L * angles.Length);
        Require.Apart(states, angles);
        FromAnglesKernel<T> kernel = new(angles, states);
        Tier.Run<FromAnglesKernel<T>, T>(ref kernel, 0);
    }

    /// <summary>The arc tangent of x / z, and half a turn more on the side of x where z is negative.</summary>
    private readonly struct SignedAngle<T> : IBinary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // What pi is above the number of the type next to it.
        private static double RestOfPi => typeof(T) == typeof(float) ? Math.PI - MathF.PI : 1.2246467991473532e-16;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Invoke<TLane>(TLane x, TLane z)
            where TLane : struct, ILane<TLane, T>
        {
            TLane zero = TLane.Splat(T.Zero);
            // -0 would take the quotient to the other infinity.
            z += zero;
            TLane angle = Functions<TLane, T>.Atan(x / z);
            // pi in two parts with the sign of x, also of a zero.
            TLane sign = TLane.SubtractBits(x, TLane.Abs(x));
            TLane pi = TLane.AddBits(TLane.Splat(T.Pi), sign), rest = TLane.AddBits(Lanes<TLane, T>.Constant(RestOfPi), sign);
            return TLane.WhereLess(z, zero, pi + (angle + rest), angle);
        }
    }

    private readonly struct HalfSine<T> : IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Invoke<TLane>(TLane omega)
            where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.SinCos(Lanes<TLane, T>.Constant(0.5) * omega, out _);
    }

    private readonly struct HalfCosine<T> : IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Invoke<TLane>(TLane omega)
            where TLane : struct, ILane<TLane, T>
        {
            Functions<TLane, T>.SinCos(Lanes<TLane, T>.Constant(0.5) * omega, out TLane cos);
            return cos;
        }
    }

    private readonly ref struct FromAnglesKernel<T>(ReadOnlySpan<T> angles, Span<T> states) : ILaneWork<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _angles = angles;
        private readonly Span<T> _states = states;

        [MethodImpl(MethodImplOptions.NoInlining)]
        void ILaneWork<T>.Run<TLane, TShort>(int item)
        {
            Loop<TLane> loop = new(_angles, _states);
            LaneLoop<TLane, T>.Run(ref loop, 0, _angles.Length);
            if (!(loop.Max <= T.Pi)) Unwrapped();
        }

        private ref struct Loop<TLane>(ReadOnlySpan<T> angles, Span<T> states) : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly ReadOnlySpan<T> _angles = angles;
            private readonly ref T _states = ref MemoryMarshal.GetReference(states);

            /// <summary>Maximum magnitude of an angle so far; NaN after one.</summary>
            public T Max { get; private set; } = T.Zero;

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                ref T omega = ref MemoryMarshal.GetReference(_angles);
                ref T x = ref _states;
                ref T z = ref Unsafe.Add(ref x, _angles.Length);
                TLane max = TLane.Splat(T.Zero);
                for (int i = from; i < to; i += TLane.Count)
                {
                    TLane angle = TPart.Take(ref Unsafe.Add(ref omega, i), to - i);
                    max = TLane.Max(max, TLane.Abs(angle));
                    TPart.Put(Functions<TLane, T>.SinCos(angle, out TLane cos), ref Unsafe.Add(ref x, i), to - i);
                    TPart.Put(cos, ref Unsafe.Add(ref z, i), to - i);
                }
                Max = T.Max(Max, max.Max());
            }
        }

        /// <summary>Angles outside [-pi, pi], which no embedding of a model has.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Unwrapped()
        {
            for (int i = 0; i < _angles.Length; i++)
            {
                if (!(T.Abs(_angles[i]) <= T.Pi)) (_states[i], _states[_angles.Length + i]) = T.SinCos(_angles[i]);
            }
        }
    }
}
