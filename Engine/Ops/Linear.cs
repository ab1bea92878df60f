using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>y = x W^T + b, or x W^T + b + residual, with W [outputs, inputs] as PyTorch and Hugging Face store it.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Linear<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _weight, _bias, _y;
    private readonly Tensor<T>? _residual;

    private Linear(Tensor<T> x, Tensor<T> weight, Tensor<T> bias, Tensor<T>? residual, Tensor<T> y) =>
        (_x, _weight, _bias, _residual, _y) = (x, weight, bias, residual, y);

    /// <summary>Applies the map to every row.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <param name="residual">[rows, outputs], or null for none.</param>
    /// <param name="packed">W^T packed before, from the same values, or null.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, Tensor<T> weight, Tensor<T> bias, Tensor<T>? residual = null, PackedMatrix<T>? packed = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(Linear<T>), x.Shape, weight.Columns);
        Guard.Same(nameof(Linear<T>), bias.Shape, Shape.Vector(weight.Rows));
        bool needs = x.NeedsGradient || weight.NeedsGradient || bias.NeedsGradient || (residual?.NeedsGradient ?? false);
        Tensor<T> y = tape.Output(new Shape(x.Rows, weight.Rows), needs);
        if (residual is { } added)
        {
            Guard.Same(nameof(Linear<T>), added.Shape, y.Shape);
            LinearMap.Multiply(tape, x, weight, packed, y, new BiasResidualEpilogue<T>(bias.Span, added.Span));
        }
        else
        {
            LinearMap.Multiply(tape, x, weight, packed, y, new BiasEpilogue<T>(bias.Span));
        }
        if (y.NeedsGradient) tape.Record(new Linear<T>(x, weight, bias, residual, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy)) return;
        LinearMap.Backward(gradients, dy, _x, _weight, _bias);
        if (_residual is { } residual && gradients.Wants(residual)) Kernels.Elementwise.Add(gradients.Workers, dy, gradients[residual]);
    }
}
