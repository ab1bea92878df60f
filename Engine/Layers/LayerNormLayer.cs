using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>Layer normalisation of a sum; parameters <c>weight</c> and <c>bias</c>, both [hidden].</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LayerNormLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T> _gamma, _beta;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="hidden">Columns.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public LayerNormLayer(ParameterStore<T> store, string name, int hidden, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        _gamma = store.Vector($"{name}.weight", hidden, Initializer.Ones);
        _beta = store.Vector($"{name}.bias", hidden, Initializer.Zeros);
        Epsilon = T.CreateTruncating(epsilon);
    }

    /// <summary>[1, hidden], the factor.</summary>
    public Tensor<T> Gamma => _gamma.Tensor;

    /// <summary>[1, hidden], the summand.</summary>
    public Tensor<T> Beta => _beta.Tensor;

    /// <summary>Added to the variance.</summary>
    public T Epsilon { get; }

    /// <summary>Normalises x, or x + residual.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, hidden].</param>
    /// <param name="residual">[rows, hidden], or null.</param>
    /// <returns>[rows, hidden].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, Tensor<T>? residual)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return AddLayerNorm.Apply(tape, x, residual, _gamma.Tensor, _beta.Tensor, Epsilon);
    }
}
