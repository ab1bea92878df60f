using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>y = x W^T + b; parameters <c>weight</c> [outputs, inputs] and <c>bias</c> [outputs].</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class LinearLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _weight, _bias;
    private readonly InferenceWeights<T> _packed;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="weight">First values of the weight.</param>
    /// <param name="bias">First values of the bias; zeros if null.</param>
    public LinearLayer(ParameterStore<T> store, string name, int inputs, int outputs, Initializer weight, Initializer? bias = null)
    {
        _weight = store.Matrix($"{name}.weight", outputs, inputs, weight);
        _bias = store.Vector($"{name}.bias", outputs, bias ?? Initializer.Zeros);
        _packed = new(_weight);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="residual">[rows, outputs], added to the result; null for none.</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, Tensor<T>? residual = null) =>
        Linear<T>.Apply(tape, x, _weight.Tensor, _bias.Tensor, residual, _packed.For(tape, _weight.Tensor));

    /// <summary>Applies the layer and GELU.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> ForwardGelu(Tape<T> tape, Tensor<T> x) =>
        LinearGelu<T>.Apply(tape, x, _weight.Tensor, _bias.Tensor, _packed.For(tape, _weight.Tensor));
}
