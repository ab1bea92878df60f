using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>A map from what a recurrent cell reads to the numbers of one of its gates.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface IGate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies it.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, what is read].</param>
    /// <returns>[rows, numbers of the gate].</returns>
    Tensor<T> Forward(Tape<T> tape, Tensor<T> x);
}
