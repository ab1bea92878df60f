using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>y = x W^T + b; parameters <c>weight</c> [outputs, inputs] and, if it has one, <c>bias</c> [outputs].</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LinearLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LinearWeights<T> _weights;
    private readonly Parameter<T>? _bias;
    private readonly Tensor<T> _zeros;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="weight">First values of the weight.</param>
    /// <param name="bias">First values of the bias; zeros if null.</param>
    /// <param name="hasBias">Whether b is a parameter; otherwise it is the constant 0.</param>
    public LinearLayer(
        ParameterStore<T> store, string name, int inputs, int outputs, Initializer weight, Initializer? bias = null, bool hasBias = true)
        : this(store, name, inputs, outputs, weight, bias, hasBias, EncoderPrecision.Float32, hasUnevenInputs: false)
    {
    }

    /// <summary>The same with weights in other numbers.</summary>
    internal LinearLayer(
        ParameterStore<T> store, string name, int inputs, int outputs, Initializer weight, Initializer? bias, bool hasBias,
        EncoderPrecision precision, bool hasUnevenInputs)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(weight);
        _weights = new(store, precision, new Shape(outputs, inputs), weight, hasUnevenInputs, $"{name}.weight");
        if (hasBias) _bias = store.Vector($"{name}.bias", outputs, bias ?? Initializer.Zeros);
        else _zeros = new(new T[outputs], Shape.Vector(outputs));
    }

    private Tensor<T> Bias => _bias?.Tensor ?? _zeros;

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="residual">[rows, outputs], added to the result; null for none.</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, Tensor<T>? residual = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return _weights.Apply(tape, x, Bias, residual);
    }

    /// <summary>Applies the layer and GELU.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> ForwardGelu(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return _weights.ApplyGelu(tape, x, Bias);
    }
}
