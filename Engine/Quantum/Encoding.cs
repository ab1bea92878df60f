using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>
/// Angle encoding: a real u becomes the qubit cos(theta/2)|0> + e^(i pi) sin(theta/2)|1>, theta = (pi/2)(1 + tanh u).
/// </summary>
/// <remarks>
/// In Bloch form, with s = tanh u: x = -sin theta = -cos(pi s / 2), z = cos theta = -sin(pi s / 2), y = 0.
/// The sign of x is negative everywhere: pi/2 rounded to single precision lies beyond pi/2, where the cosine has changed
/// its sign, and a pole is written x = -0, so that its signed angle is the end of [-pi, 0] its neighbours are at.
/// </remarks>
public static class Encoding
{
    /// <summary>Encodes a lane.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="u">Values.</param>
    /// <returns>The Bloch coordinates and d theta / du = (pi/2)(1 - tanh^2 u).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLane X, TLane Z, TLane Slope) Encode<TLane, T>(TLane u)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane quarter = Lanes.Constant<TLane, T>(Math.PI / 2), zero = TLane.Splat(T.Zero), minus = TLane.Splat(-T.One);
        TLane s = Functions.Tanh<TLane, T>(u);
        (TLane sin, TLane cos) = TLane.SinCos(quarter * s);
        return (minus * TLane.Max(cos, zero), zero - sin, quarter * (TLane.Splat(T.One) - (s * s)));
    }

    /// <summary>Gradient of u, from dx/dtheta = -z and dz/dtheta = x.</summary>
    /// <typeparam name="TLane">The lane.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="u">Values.</param>
    /// <param name="dx">Gradient of x.</param>
    /// <param name="dz">Gradient of z.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Backward<TLane, T>(TLane u, TLane dx, TLane dz)
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (TLane x, TLane z, TLane slope) = Encode<TLane, T>(u);
        return slope * ((dz * x) - (dx * z));
    }
}
