using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>What follows the linear map of a <see cref="DenseHead{T}"/>.</summary>
public enum DenseActivation
{
    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>Nothing.</summary>
    Identity,
}

/// <summary>
/// f(W u + b), with tanh the paper's classical head (BEC); parameters <c>linear.weight</c> [k, d] and, if it has one, <c>linear.bias</c>
/// [k].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class DenseHead<T> : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LinearLayer<T> _linear;
    private readonly DenseActivation _activation;

    /// <summary>Declares the parameters, uniform within 1/sqrt(d) as torch.nn.Linear.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="inputs">d.</param>
    /// <param name="outputs">k.</param>
    /// <param name="activation">f.</param>
    /// <param name="bias">Whether b is there.</param>
    public DenseHead(ParameterStore<T> store, int inputs, int outputs, DenseActivation activation, bool bias)
    {
        ArgumentNullException.ThrowIfNull(store);
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(inputs));
        _linear = new(store, "linear", inputs, outputs, uniform, uniform, bias);
        _activation = activation;
    }

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Tensor<T> y = _linear.Forward(tape, x);
        return _activation == DenseActivation.Tanh ? Activations.Tanh(tape, y) : y;
    }
}
