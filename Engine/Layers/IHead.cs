using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>What turns a pooled text vector into the representation that is compared.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the head.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, d], pooled vectors.</param>
    /// <returns>[rows, width]: k numbers for a classical head, 2k Bloch coordinates for the quantum one.</returns>
    Tensor<T> Forward(Tape<T> tape, Tensor<T> x);
}

/// <summary>No head: the pooled vector itself (the paper's BT).</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class IdentityHead<T> : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x) => x;
}

/// <summary>The classical head tanh(W u + b) (the paper's BEC); parameters <c>linear.weight</c> [k, d], <c>linear.bias</c> [k].</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class TanhHead<T> : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LinearLayer<T> _linear;

    /// <summary>Declares the parameters, uniform within 1/sqrt(d) as torch.nn.Linear.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="inputs">d.</param>
    /// <param name="outputs">k.</param>
    public TanhHead(ParameterStore<T> store, int inputs, int outputs)
    {
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(inputs));
        _linear = new(store, "linear", inputs, outputs, uniform, uniform);
    }

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x) => Activations.Tanh(tape, _linear.Forward(tape, x));
}
