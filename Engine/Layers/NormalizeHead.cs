using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>Vectors scaled to length 1; a vector of zeros stays one.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NormalizeHead<T> : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x) => Normalize.Apply(tape, x);
}
