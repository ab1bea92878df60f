using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>y = x W^T + b, with W [outputs, inputs] as PyTorch and Hugging Face store it.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Linear<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _weight, _bias, _y;

    private Linear(Tensor<T> x, Tensor<T> weight, Tensor<T> bias, Tensor<T> y) => (_x, _weight, _bias, _y) = (x, weight, bias, y);

    /// <summary>Applies the map to every row.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, Tensor<T> weight, Tensor<T> bias)
    {
        Guard.Columns(nameof(Linear<T>), x.Shape, weight.Columns);
        Guard.Same(nameof(Linear<T>), bias.Shape, Shape.Vector(weight.Rows));
        Tensor<T> y = tape.Output(new Shape(x.Rows, weight.Rows), x.NeedsGradient || weight.NeedsGradient || bias.NeedsGradient);
        Gemm.Multiply(tape.Workers, View(x), View(weight).Transposed, y.Span, y.Columns, accumulate: false);
        Bias.Forward(tape.Workers, bias.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Linear<T>(x, weight, bias, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy)) return;
        MatrixView<T> rows = new(dy, _y.Rows, _y.Columns);
        if (gradients.Wants(_x))
        {
            Span<T> dx = gradients.Target(_x, out bool accumulate);
            Gemm.Multiply(gradients.Workers, rows, View(_weight), dx, _x.Columns, accumulate);
        }
        if (gradients.Wants(_weight)) Gemm.Multiply(gradients.Workers, rows.Transposed, View(_x), gradients[_weight], _x.Columns, accumulate: true);
        if (gradients.Wants(_bias)) Bias.Backward(gradients.Workers, dy, gradients[_bias]);
    }

    private static MatrixView<T> View(Tensor<T> tensor) => new(tensor.Span, tensor.Rows, tensor.Columns);
}
