using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The elementwise operations by name.</summary>
public static class Activations
{
    /// <summary>Exact GELU, x Phi(x).</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Gelu<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise<Gelu<T>, GeluBackward<T>, T>.Apply(tape, default, default, x, savesResult: false);

    /// <summary>Hyperbolic tangent.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Tanh<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise<Tanh<T>, TanhBackward<T>, T>.Apply(tape, default, default, x, savesResult: true);

    /// <summary>scale e^(x / tau).</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="scale">Factor before the exponential.</param>
    /// <param name="tau">Temperature, above 0.</param>
    public static Tensor<T> ScaledExp<T>(Tape<T> tape, Tensor<T> x, T scale, T tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise<ScaledExp<T>, ScaledExpBackward<T>, T>.Apply(tape, new(scale, T.One / tau), new(T.One / tau), x, savesResult: true);

    /// <summary>factor x + shift.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="factor">Slope.</param>
    /// <param name="shift">Value at 0.</param>
    public static Tensor<T> Affine<T>(Tape<T> tape, Tensor<T> x, T factor, T shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise<Affine<T>, AffineBackward<T>, T>.Apply(tape, new(factor, shift), new(factor), x, savesResult: false);
}
