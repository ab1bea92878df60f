using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>y = x W^T + b, or x W^T + b + residual, with W [outputs, inputs] as PyTorch and Hugging Face store it.</summary>
public static class Linear
{
    /// <summary>Applies the map to every row.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <param name="residual">[rows, outputs], or null for none.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, Tensor<T> weight, Tensor<T> bias, Tensor<T>? residual = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(Linear), x.Shape, weight.Columns);
        Guard.Same(nameof(Linear), bias.Shape, Shape.Vector(weight.Rows));
        Tensor<T> y = tape.Output(new Shape(x.Rows, weight.Rows), x, weight, bias, residual.GetValueOrDefault());
        if (residual is { } added)
        {
            Guard.Same(nameof(Linear), added.Shape, y.Shape, "residual.Shape");
            LinearMap.Multiply(tape, x, weight, y, new BiasResidualEpilogue<T>(bias.Span, added.Span));
        }
        else
        {
            LinearMap.Multiply(tape, x, weight, y, new BiasEpilogue<T>(bias.Span));
        }
        if (y.NeedsGradient) tape.Record(new Op<T>(x, weight, bias, residual, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, Tensor<T> Weight, Tensor<T> Bias, Tensor<T>? Residual, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            LinearMap.Backward(gradients, dy, X, Weight, Bias);
            if (Residual is { } residual && gradients.Wants(residual)) Kernels.Elementwise.Add(gradients.Workers, dy, gradients[residual]);
        }
    }
}
