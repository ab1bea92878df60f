using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>y = GELU(x W^T + b) in one pass over the product.</summary>
public static class LinearGelu
{
    /// <summary>Applies the map and the activation to every row.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, Tensor<T> weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(LinearGelu), x.Shape, weight.Columns);
        Guard.Same(nameof(LinearGelu), bias.Shape, Shape.Vector(weight.Rows));
        Tensor<T> y = tape.Output(new Shape(x.Rows, weight.Rows), x, weight, bias);
        // Without a backward pass nobody reads the sums: GELU takes their place.
        Tensor<T> sum = y.NeedsGradient ? tape.Save(y.Shape) : y;
        LinearMap.Multiply(tape, x, weight, sum, new BiasGeluEpilogue<T>(bias.Span, y.NeedsGradient ? y.Span : default));
        if (y.NeedsGradient) tape.Record(new Op<T>(x, weight, bias, sum, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, Tensor<T> Weight, Tensor<T> Bias, Tensor<T> Sum, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryTake(Y, out Span<T> dy)) return;
            Kernels.Elementwise.Apply(gradients.Workers, default(GeluGradient<T>), Sum.Span, dy, dy);
            LinearMap.Backward(gradients, dy, X, Weight, Bias);
        }
    }
}
