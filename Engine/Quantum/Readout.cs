using System.Numerics;

namespace QEngine.Quantum;

/// <summary>Forms in which the k qubits of a compressed embedding are written down.</summary>
public static class Readout
{
    /// <summary>
    /// Signed angles: omega in [-pi, pi] with sin omega = x and cos omega = z. It has the sign of x, also of a zero x: the
    /// pole z = -1 is pi for a measured qubit and -pi for an encoded one, beside the states it is the limit of.
    /// </summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="states">[2k], x then z.</param>
    /// <param name="angles">[k], radians.</param>
    public static void Angles<T>(ReadOnlySpan<T> states, Span<T> angles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < angles.Length; i++) angles[i] = T.Atan2(states[i], states[angles.Length + i]);
    }

    /// <summary>Real amplitudes: first all cos(omega/2), then all sin(omega/2).</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="states">[2k], x then z.</param>
    /// <param name="amplitudes">[2k].</param>
    public static void Amplitudes<T>(ReadOnlySpan<T> states, Span<T> amplitudes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int k = states.Length / 2;
        T half = T.CreateTruncating(0.5);
        for (int i = 0; i < k; i++) (amplitudes[k + i], amplitudes[i]) = T.SinCos(half * T.Atan2(states[i], states[k + i]));
    }

    /// <summary>Expectations of Pauli Z: cos omega, in [-1, 1].</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="states">[2k], x then z.</param>
    /// <param name="expectations">[k].</param>
    public static void Expectations<T>(ReadOnlySpan<T> states, Span<T> expectations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        states[(states.Length / 2)..].CopyTo(expectations);

    /// <summary>The states of signed angles: x = sin omega, z = cos omega; within [-pi, pi], x has the sign of omega.</summary>
    /// <remarks>pi rounded to single precision lies beyond pi, where the sine has changed its sign: the pole would change sides.</remarks>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="angles">[k], radians.</param>
    /// <param name="states">[2k], x then z.</param>
    public static void FromAngles<T>(ReadOnlySpan<T> angles, Span<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < angles.Length; i++)
        {
            (T sin, T cos) = T.SinCos(angles[i]);
            states[i] = T.Abs(angles[i]) <= T.Pi ? T.CopySign(sin, angles[i]) : sin;
            states[angles.Length + i] = cos;
        }
    }
}
