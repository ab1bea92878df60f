using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The elementwise operations by name.</summary>
public static class Activations
{
    /// <summary>Exact GELU, x Phi(x).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Gelu<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Apply(tape, default(Gelu<T>), default(GeluBackward<T>), x, savesResult: false);

    /// <summary>Hyperbolic tangent.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Tanh<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Apply(tape, default(Tanh<T>), default(TanhBackward<T>), x, savesResult: true);

    /// <summary>scale e^(x / tau).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="scale">Factor before the exponential.</param>
    /// <param name="tau">Temperature, above 0.</param>
    public static Tensor<T> ScaledExp<T>(Tape<T> tape, Tensor<T> x, T scale, T tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Apply(tape, new ScaledExp<T>(scale, T.One / tau), new ScaledExpBackward<T>(T.One / tau), x, savesResult: true);

    /// <summary>factor x + shift.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="factor">a, the derivative.</param>
    /// <param name="shift">Value at 0.</param>
    public static Tensor<T> Affine<T>(Tape<T> tape, Tensor<T> x, T factor, T shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Ops.Affine.Apply(tape, x, factor, shift);

    /// <summary>Arc tangent.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    internal static Tensor<T> Atan<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Apply(tape, default(Atan<T>), default(AtanBackward<T>), x, savesResult: false);

    /// <summary>The logistic function, 1 / (1 + e^-x).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    internal static Tensor<T> Sigmoid<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Apply(tape, default(Sigmoid<T>), default(SigmoidBackward<T>), x, savesResult: true);

    /// <summary>SiLU, x / (1 + e^-x).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    internal static Tensor<T> Silu<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Apply(tape, default(Silu<T>), default(SiluBackward<T>), x, savesResult: false);

    /// <summary>Leaky ReLU: x where it is at least 0, else slope x.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="slope">The slope below 0.</param>
    internal static Tensor<T> LeakyRelu<T>(Tape<T> tape, Tensor<T> x, T slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Elementwise.Apply(tape, new LeakyRelu<T>(slope), new LeakyReluBackward<T>(slope), x, savesResult: false);
}
