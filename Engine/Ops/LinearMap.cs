using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>What the operations that start with x W^T + b share.</summary>
internal static class LinearMap
{
    /// <summary>y = f(x W^T).</summary>
    public static void Multiply<TEpilogue, T>(
        Tape<T> tape, Tensor<T> x, Tensor<T> weight, Tensor<T> y, TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gemm.Multiply(tape.Workers, View(x), View(weight).Transposed, y.Span, y.Columns, accumulate: false, epilogue);

    /// <summary>The same with W^T packed before.</summary>
    public static void Multiply<TEpilogue, T>(Tape<T> tape, Tensor<T> x, PackedMatrix<T> weight, Tensor<T> y, TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gemm.Multiply(tape.Workers, View(x), weight, y.Span, y.Columns, accumulate: false, epilogue);

    /// <summary>The gradients of x, W and b from that of x W^T + b.</summary>
    public static void Backward<T>(Gradients<T> gradients, ReadOnlySpan<T> dy, Tensor<T> x, Tensor<T> weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixView<T> rows = new(dy, x.Rows, weight.Rows);
        if (gradients.Wants(x))
        {
            Span<T> dx = gradients.Target(x, out bool accumulate);
            Gemm.Multiply(gradients.Workers, rows, View(weight), dx, x.Columns, accumulate);
        }
        if (gradients.Wants(weight))
            Gemm.Multiply(gradients.Workers, rows.Transposed, View(x), gradients[weight], x.Columns, accumulate: true);
        if (gradients.Wants(bias)) Bias.Backward(gradients.Workers, dy, gradients[bias]);
    }

    private static MatrixView<T> View<T>(Tensor<T> tensor)
        where T : unmanaged => new(tensor.Span, tensor.Rows, tensor.Columns);
}
