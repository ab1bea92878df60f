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
    /// <param name="packed">W^T packed before, from the same values, or null.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, Tensor<T> weight, Tensor<T> bias, PackedMatrix<T>? packed = null)
    {
        Guard.Columns(nameof(Linear<T>), x.Shape, weight.Columns);
        Guard.Same(nameof(Linear<T>), bias.Shape, Shape.Vector(weight.Rows));
        Tensor<T> y = tape.Output(new Shape(x.Rows, weight.Rows), x.NeedsGradient || weight.NeedsGradient || bias.NeedsGradient);
        Multiply(tape, x, weight, packed, y, new BiasEpilogue<T>(bias.Span));
        if (y.NeedsGradient) tape.Record(new Linear<T>(x, weight, bias, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (gradients.TryGet(_y, out ReadOnlySpan<T> dy)) Backward(gradients, dy, _x, _weight, _bias);
    }

    /// <summary>y = f(x W^T).</summary>
    internal static void Multiply<TEpilogue>(Tape<T> tape, Tensor<T> x, Tensor<T> weight, PackedMatrix<T>? packed, Tensor<T> y, TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
    {
        if (packed is null) Gemm.Multiply(tape.Workers, View(x), View(weight).Transposed, y.Span, y.Columns, accumulate: false, epilogue);
        else Gemm.Multiply(tape.Workers, View(x), packed, y.Span, y.Columns, accumulate: false, epilogue);
    }

    /// <summary>The gradients of x, W and b from that of x W^T + b.</summary>
    internal static void Backward(Gradients<T> gradients, ReadOnlySpan<T> dy, Tensor<T> x, Tensor<T> weight, Tensor<T> bias)
    {
        MatrixView<T> rows = new(dy, x.Rows, weight.Rows);
        if (gradients.Wants(x))
        {
            Span<T> dx = gradients.Target(x, out bool accumulate);
            Gemm.Multiply(gradients.Workers, rows, View(weight), dx, x.Columns, accumulate);
        }
        if (gradients.Wants(weight)) Gemm.Multiply(gradients.Workers, rows.Transposed, View(x), gradients[weight], x.Columns, accumulate: true);
        if (gradients.Wants(bias)) Bias.Backward(gradients.Workers, dy, gradients[bias]);
    }

    private static MatrixView<T> View(Tensor<T> tensor) => new(tensor.Span, tensor.Rows, tensor.Columns);
}
