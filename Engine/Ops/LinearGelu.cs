using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>y = GELU(x W^T + b) in one pass over the product.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct LinearGelu<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _weight, _bias, _sum, _y;

    private LinearGelu(Tensor<T> x, Tensor<T> weight, Tensor<T> bias, Tensor<T> sum, Tensor<T> y) => (_x, _weight, _bias, _sum, _y) = (x, weight, bias, sum, y);

    /// <summary>Applies the map and the activation to every row.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <param name="packed">W^T packed before, from the same values, or null.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, Tensor<T> weight, Tensor<T> bias, PackedMatrix<T>? packed = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(LinearGelu<T>), x.Shape, weight.Columns);
        Guard.Same(nameof(LinearGelu<T>), bias.Shape, Shape.Vector(weight.Rows));
        Tensor<T> y = tape.Output(new Shape(x.Rows, weight.Rows), x.NeedsGradient || weight.NeedsGradient || bias.NeedsGradient);
        // Without a backward pass nobody reads the sums: GELU takes their place.
        Tensor<T> sum = y.NeedsGradient ? tape.Save(y.Shape) : y;
        LinearMap.Multiply(tape, x, weight, packed, sum, new BiasGeluEpilogue<T>(bias.Span, y.NeedsGradient ? y.Span : default));
        if (y.NeedsGradient) tape.Record(new LinearGelu<T>(x, weight, bias, sum, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryTake(_y, out Span<T> dy)) return;
        Kernels.Elementwise.Backward(gradients.Workers, default(GeluGradient<T>), _sum.Span, dy, dy);
        LinearMap.Backward(gradients, dy, _x, _weight, _bias);
    }
}
